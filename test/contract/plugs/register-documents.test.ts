import { createServer } from 'node:http';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { documentHash, documentName } from '../../../adapters/aws/document-name.ts';
import { listenOnLoopback, readBody } from '../../../local/http.ts';
import { registerDocuments } from '../../../local/ssm/register-documents.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** An SSM that keeps documents, in the service's wire format; `knows` decides what it has an operation for. */
async function startDocumentServer(knows: (operation: string) => boolean = () => true) {
  const kept = new Map<string, string[]>();
  const perform = (operation: string, { Name, Content }: Record<string, string>): [number, unknown] => {
    const versions = kept.get(Name ?? '');
    if (!knows(operation)) return [400, { __type: 'UnknownOperationException' }];
    if (versions !== undefined) return [400, { __type: 'DocumentAlreadyExists' }];
    kept.set(Name ?? '', [Content ?? '']);
    return [200, { DocumentDescription: { Name, DocumentVersion: '1' } }];
  };
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const operation = String(request.headers['x-amz-target']).replace('AmazonSSM.', '');
      const [status, answer] = perform(operation, JSON.parse(body.toString('utf8')));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer));
    });
  });
  const endpoint = await listenOnLoopback(server, 0);
  closers.push(() => server.close());
  const client = new SSMClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return { client, kept };
}

describe('a plugged-in SSM', () => {
  it('gets the documents, and gets them once', async () => {
    const { client, kept } = await startDocumentServer();
    await registerDocuments(client, { 'Restitch-apply': { schemaVersion: '2.2' } });
    await registerDocuments(client, { 'Restitch-apply': { schemaVersion: '2.2' } });
    expect(kept.get('Restitch-apply')).toEqual(['{"schemaVersion":"2.2"}']);
  });

  it('keeps the document of an earlier release beside ours', async () => {
    const { client, kept } = await startDocumentServer();
    const nameOf = (content: unknown) => documentName('Restitch', 'apply', documentHash(content));
    const [old, current] = [{ description: 'old' }, { description: 'new' }];
    await registerDocuments(client, { [nameOf(old)]: old });
    await registerDocuments(client, { [nameOf(current)]: current });
    expect([...kept.values()]).toEqual([['{"description":"old"}'], ['{"description":"new"}']]);
  });

  it('that takes no documents is used as it is, and the start says so', async () => {
    const { client } = await startDocumentServer(() => false);
    expect(await registerDocuments(client, { 'Restitch-apply': {} })).toContain(
      'must be there already: Restitch-apply',
    );
  });
});
