import { isDeepStrictEqual } from 'node:util';
import { GetDocumentCommand, InvalidDocument, type SSMClient } from '@aws-sdk/client-ssm';
import { type Check, failed, look, ok } from './check.ts';

const DEPLOY = 'deploy this version (npx cdk deploy), or run the doctor of the version that is deployed';

/** Our Run Command documents, each with the content that this version has. `expected`: by their names. */
export function documentChecks(
  client: SSMClient,
  expected: Readonly<Record<string, unknown>>,
): Promise<readonly Check[]> {
  const checks = Object.entries(expected).map(([name, content]) =>
    look('document', name, DEPLOY, async () => {
      const stored = await contentOf(client, name);
      if (stored === undefined) return failed('is not there', DEPLOY);
      return isDeepStrictEqual(stored, JSON.parse(JSON.stringify(content)))
        ? ok('there, with the content of this version')
        : failed('has another content than this version', DEPLOY);
    }),
  );
  return Promise.all(checks);
}

/** Of the default version, which a command runs. Undefined: there is no such document. */
async function contentOf(client: SSMClient, name: string): Promise<unknown> {
  try {
    const { Content: content = '' } = await client.send(new GetDocumentCommand({ Name: name, DocumentFormat: 'JSON' }));
    return JSON.parse(content);
  } catch (error) {
    if (error instanceof InvalidDocument) return undefined;
    throw error;
  }
}
