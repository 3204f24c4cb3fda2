import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  LambdaClient,
  type LambdaClientConfig,
  ListDurableExecutionsByFunctionCommand,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { DeleteDocumentCommand, paginateListDocuments, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { Release, Releases, StoredDocument } from '../../core/release/releases.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { type DocumentName, documentNames } from '../../core/runbook/node-command.ts';
import { toRestitchError } from './aws-error.ts';
import { documentName, HASH_DIGITS } from './document-name.ts';
import type { DocumentsOf, ReleaseNames } from './load-releases.ts';
import { withoutQualifier } from './without-qualifier.ts';

/** Versions of the runbook in Lambda, and documents in Systems Manager. */
export function createLambdaReleases(
  config: LambdaClientConfig & SSMClientConfig,
  { aliasArn, documentPrefix, accounts = [] }: ReleaseNames,
  documentsOf: DocumentsOf,
): Releases {
  const lambda = new LambdaClient(config);
  const places = [{}, ...accounts].map((account) => new SSMClient({ ...config, ...account }));
  const FunctionName = withoutQualifier(aliasArn);
  return {
    live: () =>
      guarded(async () => {
        const { Version } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: aliasArn }));
        if (Version === undefined)
          throw new RestitchError('engine', `${aliasArn} names no version`, { retryable: true });
        return Version;
      }),
    list: () =>
      guarded(async () => {
        const found: Release[] = [];
        for await (const { Versions = [] } of paginateListVersionsByFunction({ client: lambda }, { FunctionName })) {
          found.push(...Versions.map((version) => toRelease(version, documentsOf)));
        }
        return found;
      }),
    isInUse: (version) =>
      guarded(async () => {
        const input = { FunctionName, Qualifier: version, Statuses: ['RUNNING' as const], MaxItems: 1 };
        const page = await lambda.send(new ListDurableExecutionsByFunctionCommand(input));
        // A page may be empty and have a next one.
        return (page.DurableExecutions ?? []).length > 0 || page.NextMarker !== undefined;
      }),
    removeVersion: (version) =>
      guarded(async () => void (await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: version })))),
    listDocuments: () =>
      guarded(async () => {
        const listings = places.map((client, place) => documentsIn(client, documentPrefix, place));
        return (await Promise.all(listings)).flat();
      }),
    removeDocument: ({ name, place }) =>
      guarded(async () => void (await places[place]?.send(new DeleteDocumentCommand({ Name: name })))),
  };
}

async function documentsIn(client: SSMClient, prefix: string, place: number): Promise<readonly StoredDocument[]> {
  const Filters = [
    { Key: 'Owner', Values: ['Self'] },
    { Key: 'Name', Values: [`${prefix}-`] },
  ];
  const found: StoredDocument[] = [];
  for await (const { DocumentIdentifiers = [] } of paginateListDocuments({ client }, { Filters })) {
    for (const { Name = '', CreatedDate } of DocumentIdentifiers) {
      // Of a document without a date it is not known whether a deployment has just made it.
      if (isOurs(prefix, Name) && CreatedDate !== undefined)
        found.push({ name: Name, place, createdAt: CreatedDate.getTime() });
    }
  }
  return found;
}

/** Two stacks may have prefixes that begin alike, so the whole name must fit. */
function isOurs(prefix: string, found: string): boolean {
  const hash = found.slice(-HASH_DIGITS);
  return (
    /^[0-9a-f]+$/.test(hash) && documentNames.some((name: DocumentName) => documentName(prefix, name, hash) === found)
  );
}

function toRelease(
  { Version = '', LastModified = '', Environment }: FunctionConfiguration,
  documentsOf: DocumentsOf,
): Release {
  const publishedAt = Date.parse(LastModified);
  return {
    version: Version,
    // A date that cannot be read counts as just now, so that nothing is removed because of it.
    publishedAt: Number.isNaN(publishedAt) ? Number.POSITIVE_INFINITY : publishedAt,
    documents: documentsOf(Environment?.Variables ?? {}) ?? null,
  };
}

async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toRestitchError('engine', error);
  }
}
