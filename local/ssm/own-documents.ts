import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentName } from '../../core/runbook/node-command.ts';
import { buildDocument, documentName } from '../../runbooks/documents/build-document.ts';
import { documents } from '../../runbooks/documents/documents.ts';
import type { LocalConfig } from '../config.ts';

/** Every document of ours, by its deployed name. */
export function ownDocuments(config: LocalConfig): Readonly<Record<string, unknown>> {
  const folder = join(import.meta.dirname, '..', '..', 'runbooks', 'node');
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const names = Object.keys(documents).filter((name): name is DocumentName => name in documents);
  return Object.fromEntries(
    names.map((name) => [documentName(config.DOCUMENT_PREFIX, name), buildDocument(name, read)]),
  );
}
