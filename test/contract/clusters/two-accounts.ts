import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeAtOnce, listenOnLoopback, readBody } from '../../../local/http.ts';

export interface Seen {
  /** Who is asked. */
  readonly where: string;
  readonly what: string;
}

/** A server that notes what it is asked, and passes it on. */
async function startNoting(seen: Seen[], place: (headers: IncomingHttpHeaders, body: string) => Place | Answer) {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = String(await readBody(request));
    const { headers, method = 'GET', url = '/' } = request;
    const found = place(headers, body);
    if ('text' in found) {
      seen.push({ where: found.where, what: found.what });
      response.writeHead(200, { 'content-type': 'text/xml' }).end(found.text);
      return;
    }
    seen.push({ where: found.where, what: String(headers['x-amz-target'] ?? `${method} ${url}`) });
    const passed = Object.entries(headers).filter(([name]) => /^(authorization|content-type|x-amz-.*)$/.test(name));
    const passedOn = await fetch(`${found.url}${url}`, {
      method,
      headers: Object.fromEntries(passed.map(([name, value]) => [name, String(value)])),
      ...(body === '' ? {} : { body }),
    });
    const type = passedOn.headers.get('content-type') ?? 'application/json';
    response.writeHead(passedOn.status, { 'content-type': type }).end(await passedOn.text());
  };
  const server = createServer((request, response) => {
    // Whom it passes on to may close meanwhile: the caller loses its connection as well.
    answer(request, response).catch(() => response.destroy());
  });
  const url = await listenOnLoopback(server, 0);
  return { url, close: () => closeAtOnce(server) };
}

interface Place {
  readonly where: string;
  readonly url: string;
}

interface Answer {
  readonly where: string;
  readonly what: string;
  readonly text: string;
}

/** The Kubernetes API of one cluster, which notes its calls. */
export function startNotedApi(seen: Seen[], where: string, url: string) {
  return startNoting(seen, () => ({ where, url }));
}

const ASSUMED = 'ASIAOTHERACCOUNT';

/**
 * STS, and the Systems Manager of two accounts, at one address: whose credentials sign a request decides about the account, as in AWS.
 * `accounts`: their own Run Command, by the name that `seen` gives them.
 */
export function startAwsOfTwoAccounts(
  seen: Seen[],
  accounts: Readonly<Record<'own' | 'other', string>>,
  trusted: { readonly roleArn: string; readonly externalId: string },
) {
  return startNoting(seen, (headers, body) => {
    if (headers['x-amz-target'] === undefined) return assumed(new URLSearchParams(body), trusted);
    const where = headers.authorization?.includes(`Credential=${ASSUMED}/`) === true ? 'other' : 'own';
    return { where, url: accounts[where] };
  });
}

function assumed(asked: URLSearchParams, { roleArn, externalId }: { roleArn: string; externalId: string }): Answer {
  const isTrusted = asked.get('RoleArn') === roleArn && asked.get('ExternalId') === externalId;
  const what = `${asked.get('Action')} ${asked.get('RoleArn')}`;
  if (!isTrusted) return { where: 'sts', what, text: '<Error><Code>AccessDenied</Code></Error>' };
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const keys = `<AccessKeyId>${ASSUMED}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`;
  return { where: 'sts', what, text: `<Credentials>${keys}<Expiration>${until}</Expiration></Credentials>` };
}
