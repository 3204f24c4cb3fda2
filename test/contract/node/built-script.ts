import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentName } from '../../../core/runbook/node-command.ts';
import { buildDocument } from '../../../runbooks/documents/build-document.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'runbooks', 'node');

const built = new Map<DocumentName, string>();

/** The script that the agent would run for a document. */
export function builtScript(name: DocumentName): string {
  const known = built.get(name);
  if (known !== undefined) return known;
  const document = buildDocument(name, (file) => readFileSync(join(folder, file), 'utf8'));
  const script = document.mainSteps[0].inputs.runCommand.join('\n');
  built.set(name, script);
  return script;
}
