import * as z from 'zod';
import { documentName } from '../adapters/aws/document-name.ts';
import { type DocumentName, documentNames } from '../core/runbook/node-command.ts';
import { CommaList } from './comma-list.ts';

/** `apply=0123456789ab`: a document's short name, and the hash of its content. */
const HashOfOne = z.templateLiteral([z.enum(documentNames), '=', z.string().regex(/^[0-9a-f]{12}$/)]);

/** The documents that a function may run, as they were deployed with it. The stack and `npm start` make it: no setting of a team. */
export const DocumentEnvironment = z.object({ DOCUMENT_HASHES: CommaList.pipe(z.array(HashOfOne)).prefault('') });

/** What is given to a function about its documents: their hashes by short name, as `DOCUMENT_HASHES`. */
export function formatHashes(hashes: Readonly<Partial<Record<DocumentName, string>>>): string {
  return Object.entries(hashes)
    .map(([name, hash]) => `${name}=${hash}`)
    .join(',');
}

/** The names in Systems Manager that the environment of another version of a function has. Undefined: it has none, or they cannot be read. */
export function documentsInEnvironment(environment: Readonly<Record<string, string>>): readonly string[] | undefined {
  const parsed = DocumentEnvironment.extend({ DOCUMENT_PREFIX: z.string() }).safeParse(environment);
  if (!parsed.success || parsed.data.DOCUMENT_HASHES.length === 0) return undefined;
  return Object.values(deployedDocuments(parsed.data.DOCUMENT_PREFIX, parsed.data));
}

/** The names in Systems Manager, by short name. A document that was not given has none, and cannot be run. */
export function deployedDocuments(
  prefix: string,
  { DOCUMENT_HASHES: hashes }: z.infer<typeof DocumentEnvironment>,
): Readonly<Partial<Record<DocumentName, string>>> {
  return Object.fromEntries(
    documentNames.flatMap((name) => {
      const hash = hashes.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
      return hash === undefined ? [] : [[name, documentName(prefix, name, hash)]];
    }),
  );
}
