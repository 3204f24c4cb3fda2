import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentHash, documentName } from '../../adapters/aws/document-name.ts';
import { documentNames } from '../../core/runbook/node-command.ts';
import { formatHashes } from '../../functions/document-environment.ts';
import { buildDocument } from '../../runbooks/documents/build-document.ts';
import type { LocalConfig } from '../config.ts';

/** Every document of ours, by its deployed name. */
export function ownDocuments(config: Pick<LocalConfig, 'DOCUMENT_PREFIX'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    contents().map(({ name, content }) => [documentName(config.DOCUMENT_PREFIX, name, documentHash(content)), content]),
  );
}

/** `DOCUMENT_HASHES`, as the stack gives it to the functions. */
export function ownDocumentHashes(): string {
  return formatHashes(Object.fromEntries(contents().map(({ name, content }) => [name, documentHash(content)])));
}

function contents() {
  const folder = join(import.meta.dirname, '..', '..', 'runbooks', 'node');
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return documentNames.map((name) => ({ name, content: buildDocument(name, read) }));
}
