import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { DocumentName, OnboardingDocument } from '../core/runbook/node-command.ts';
import { onboardingFile } from '../monitoring/watchdog/onboarding-file.ts';
import { buildDocument, buildOnboardingDocument } from '../runbooks/documents/build-document.ts';
import { bundleFunction } from '../scripts/bundle-function.ts';
import type { FunctionName } from '../scripts/function-names.ts';

const root = join(import.meta.dirname, '..');

/**
 * The function's bundle, made by esbuild when the stack is synthesized, with what the stack puts beside it: file by name. Its name in
 * the template is a hash of its files.
 */
export function functionCode(name: FunctionName, files: Readonly<Record<string, string>> = {}): Code {
  return Code.fromAsset(join(root, 'functions', name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // The CDK asks for an image, for where `local` cannot: ours always can.
      image: DockerImage.fromRegistry('none'),
      // The CDK bundles once for the same options: other files are another bundle.
      environment: { ...files },
      local: {
        tryBundle: (outputDir) => {
          bundleFunction(name, outputDir);
          for (const [file, text] of Object.entries(files)) writeFileSync(join(outputDir, file), text);
          return true;
        },
      },
    },
  });
}

/** The content of a Run Command document, made of the scripts in runbooks/node. */
export function documentContent(name: DocumentName): object {
  return buildDocument(name, (file) => readFileSync(join(root, 'runbooks', 'node', file), 'utf8'));
}

/** The same for a document of onboarding, of which one carries the watchdog. */
export function onboardingContent(name: OnboardingDocument): object {
  return buildOnboardingDocument(name, onboardingFile);
}
