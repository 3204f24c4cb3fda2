import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as z from 'zod';
import type { DocumentName, OnboardingDocument } from '../core/runbook/node-command.ts';
import type { FunctionName } from '../scripts/function-names.ts';

/**
 * What source-parts.ts makes, read from the folders beside the package's module. scripts/build-package.ts makes them, and puts this file
 * in the place of the other.
 */
export function functionCode(name: FunctionName): Code {
  return Code.fromAsset(join(import.meta.dirname, 'functions', name));
}

export const documentContent = (name: DocumentName): object => stored(name);

export const onboardingContent = (name: OnboardingDocument): object => stored(name);

function stored(name: string): object {
  return z
    .looseObject({})
    .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'documents', `${name}.json`), 'utf8')));
}
