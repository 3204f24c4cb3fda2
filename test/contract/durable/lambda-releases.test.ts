import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { documentName } from '../../../adapters/aws/document-name.ts';
import { createLambdaReleases } from '../../../adapters/aws/lambda-releases.ts';
import { documentsInEnvironment } from '../../../functions/document-environment.ts';
import { listenOnLoopback, readBody } from '../../../local/http.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:runbook';
const hash = (digit: string) => digit.repeat(12);
const variables = { DOCUMENT_PREFIX: 'Restitch', DOCUMENT_HASHES: `apply=${hash('a')},bounce=${hash('b')}` };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Lambda and Systems Manager at one address. `answer` gets what was asked: an operation of SSM, or a method and a path of Lambda. */
async function startAccount(answer: (asked: string, query: URLSearchParams, body: string) => unknown) {
  const server = createServer((request: IncomingMessage, response) => {
    void readBody(request).then((body) => {
      const target = request.headers['x-amz-target'];
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const path = decodeURIComponent(url.pathname).replace(/^\/[0-9-]+\/functions\//, '');
      const asked = target === undefined ? `${request.method} ${path}` : String(target);
      const json = answer(asked, url.searchParams, body.toString('utf8'));
      response.writeHead(json === undefined ? 204 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(json === undefined ? '' : JSON.stringify(json));
    });
  });
  const endpoint = await listenOnLoopback(server, 0);
  closers.push(() => server.close());
  return createLambdaReleases(
    clientOptions(endpoint),
    { aliasArn: `${functionArn}:live`, documentPrefix: 'Restitch' },
    documentsInEnvironment,
  );
}

describe('the versions of the runbook', () => {
  it('are listed over pages, with their dates and documents', async () => {
    const page = (query: URLSearchParams) =>
      query.has('Marker')
        ? { Versions: [{ Version: '1', LastModified: 'a while ago' }] }
        : {
            Versions: [
              { Version: '2', LastModified: '2026-11-22T10:00:00.000+0000', Environment: { Variables: variables } },
            ],
            NextMarker: 'next',
          };
    const releases = await startAccount((asked, query) => (asked === `GET ${functionArn}/versions` ? page(query) : {}));
    expect(await releases.list()).toEqual([
      {
        version: '2',
        publishedAt: Date.UTC(2026, 10, 22, 10),
        documents: [documentName('Restitch', 'apply', hash('a')), documentName('Restitch', 'bounce', hash('b'))],
      },
      { version: '1', publishedAt: Number.POSITIVE_INFINITY, documents: null },
    ]);
  });

  it('are asked through the alias which of them is live', async () => {
    const releases = await startAccount((asked) =>
      asked === `GET ${functionArn}:live/configuration` ? { Version: '7' } : {},
    );
    expect(await releases.live()).toBe('7');
  });

  it.each([
    ['an execution that runs', { DurableExecutions: [{ Status: 'RUNNING' }] }, true],
    ['another page that may hold one', { DurableExecutions: [], NextMarker: 'next' }, true],
    ['none', { DurableExecutions: [] }, false],
  ])('are in use with %s', async (_what, page, expected) => {
    const releases = await startAccount((asked, query) => {
      expect(asked).toBe(`GET ${functionArn}/durable-executions`);
      expect([query.get('Qualifier'), query.getAll('Statuses')]).toEqual(['3', ['RUNNING']]);
      return page;
    });
    expect(await releases.isInUse('3')).toBe(expected);
  });

  it('are removed one by one, and never the function', async () => {
    const removed: string[] = [];
    const releases = await startAccount((asked, query) => void removed.push(`${asked}?${query}`));
    await releases.removeVersion('3');
    expect(removed).toEqual([`DELETE ${functionArn}?Qualifier=3`]);
  });
});

describe('the documents', () => {
  it('are ours by their whole names, of other stacks neither', async () => {
    const own = documentName('Restitch', 'restart-agent', hash('c'));
    const others = [
      documentName('Restitch-dev', 'apply', hash('a')),
      'Restitch-apply',
      `Restitch-apply-${hash('A')}`,
      `Restitch-runbook-${hash('a')}`,
    ];
    const releases = await startAccount((asked, _query, body) => {
      expect(asked).toBe('AmazonSSM.ListDocuments');
      expect(JSON.parse(body).Filters).toEqual([
        { Key: 'Owner', Values: ['Self'] },
        { Key: 'Name', Values: ['Restitch-'] },
      ]);
      const found = [own, ...others].map((Name) => ({ Name, CreatedDate: 1_795_000_000 }));
      return { DocumentIdentifiers: [...found, { Name: documentName('Restitch', 'apply', hash('d')) }] };
    });
    expect(await releases.listDocuments()).toEqual([{ name: own, place: 0, createdAt: 1_795_000_000_000 }]);
  });
});
