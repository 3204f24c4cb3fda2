import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as z from 'zod';
import type { DocumentName, OnboardingDocument } from '../core/runbook/node-command.ts';
import type { FunctionName } from '../scripts/function-names.ts';

/**
 * What source-parts.ts makes, read from the folders beside the package's module. scripts/build-package.ts makes them, and puts this file
 * in the place of the other.
 */
export function functionCode(name: FunctionName, files: Readonly<Record<string, string>> = {}): Code {
  const folder = join(import.meta.dirname, 'functions', name);
  if (Object.keys(files).length === 0) return Code.fromAsset(folder);
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      environment: { ...files },
      local: {
        tryBundle: (outputDir) => {
          cpSync(folder, outputDir, { recursive: true });
          for (const [file, text] of Object.entries(files)) writeFileSync(join(outputDir, file), text);
          return true;
        },
      },
    },
  });
}

export const documentContent = (name: DocumentName): object => stored(name);

export const onboardingContent = (name: OnboardingDocument): object => stored(name);

function stored(name: string): object {
  return z
    .looseObject({})
    .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'documents', `${name}.json`), 'utf8')));
}
