import type { DocumentName, OnboardingDocument } from '../../core/runbook/node-command.ts';
import { type DocumentDefinition, documents, type ParameterDefinition } from './documents.ts';
import { onboardingDefinitions } from './onboarding-documents.ts';

/** The content of a Command document, schema 2.2, as CreateDocument takes it. */
export interface SsmDocumentContent {
  readonly schemaVersion: '2.2';
  readonly description: string;
  readonly parameters: Readonly<Record<string, SsmParameter>>;
  readonly mainSteps: readonly [
    {
      readonly action: 'aws:runShellScript';
      readonly name: string;
      readonly inputs: { readonly timeoutSeconds: string; readonly runCommand: readonly string[] };
    },
  ];
}

interface SsmParameter extends ParameterDefinition {
  readonly type: 'String';
  /** The value becomes the environment variable `SSM_<name>` instead of text in the script (SSM Agent ≥ 3.3.2746.0). */
  readonly interpolationType: 'ENV_VAR';
}

/** Builds one document from its definition and the scripts that `readScript` returns by file name. */
export function buildDocument(name: DocumentName, readScript: (file: string) => string): SsmDocumentContent {
  return buildContent(name, documents[name], readScript);
}

/** The same for a document of onboarding. `watchdog.generated` is what `packWatchdog` makes. */
export function buildOnboardingDocument(
  name: OnboardingDocument,
  readScript: (file: string) => string,
): SsmDocumentContent {
  return buildContent(name, onboardingDefinitions[name], readScript);
}

function buildContent(
  name: string,
  { description, parameters, scripts, timeoutSeconds }: DocumentDefinition,
  readScript: (file: string) => string,
): SsmDocumentContent {
  const script = withoutComments(scripts.map((file) => readScript(file).trimEnd()).join('\n\n'));
  return {
    schemaVersion: '2.2',
    description,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, parameter]) => [
        key,
        { type: 'String', interpolationType: 'ENV_VAR', ...parameter },
      ]),
    ),
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: name.replaceAll('-', ''),
        inputs: { timeoutSeconds: String(timeoutSeconds), runCommand: script.split('\n') },
      },
    ],
  };
}

/** A document may have 64 KB, and whole lines of comment take an eighth of that. Line 1 of a script within a script (`#!`) stays. */
function withoutComments(script: string): string {
  return script.replaceAll(/^[ \t]*#( .*)?\n/gm, '');
}
