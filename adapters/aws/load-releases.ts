import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import type { Releases } from '../../core/release/releases.ts';

export interface ReleaseNames {
  /** The ARN of the runbook's alias. */
  readonly aliasArn: string;
  /** What the names of the documents begin with. */
  readonly documentPrefix: string;
  /** Where the documents are too, beside the function's own account: credentials and region. */
  readonly accounts?: readonly Pick<SSMClientConfig, 'credentials' | 'region'>[];
}

/** The names of documents in the environment of a version. Undefined: it does not say. */
export type DocumentsOf = (environment: Readonly<Record<string, string>>) => readonly string[] | undefined;

/** What deployments leave in the account. The SDK is loaded at the first call, which comes once an hour. */
export function loadReleases(
  names: ReleaseNames,
  documentsOf: DocumentsOf,
  config: LambdaClientConfig & SSMClientConfig,
): Releases {
  let loaded: Promise<Releases> | undefined;
  const releases = () => {
    loaded ??= import('./lambda-releases.ts').then(({ createLambdaReleases }) =>
      createLambdaReleases(config, names, documentsOf),
    );
    return loaded;
  };
  return {
    live: async () => (await releases()).live(),
    list: async () => (await releases()).list(),
    isInUse: async (version) => (await releases()).isInUse(version),
    removeVersion: async (version) => (await releases()).removeVersion(version),
    listDocuments: async () => (await releases()).listDocuments(),
    removeDocument: async (document) => (await releases()).removeDocument(document),
  };
}
