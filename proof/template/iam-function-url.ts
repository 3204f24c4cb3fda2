import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { HttpResponse } from '../../functions/http-event.ts';
import { listenOnLoopback, readBody } from '../../local/http.ts';
import { bytesOf } from '../../local/serve-function-urls.ts';

/** Who may call, by access key. */
export type KnownCallers = Readonly<Record<string, { readonly secret: string; readonly arn: string }>>;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/lambda\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
/** AWS refuses an older signature. */
const MOST_AGE_MS = 300_000;

/**
 * A Lambda function URL with IAM: checks the signature by the rules of "Signature Version 4" (IAM user guide, "Create a signed AWS API
 * request"), with nothing of the SDK, and puts the caller's ARN into the event. Everybody else gets 403.
 */
export async function startIamFunctionUrl(callers: KnownCallers, called: (event: unknown) => Promise<HttpResponse>) {
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    const arn = callerOf(request, body, callers);
    const answer: HttpResponse =
      arn === undefined
        ? { statusCode: 403, headers: { 'content-type': 'application/json' }, body: '{"Message":"Forbidden"}' }
        : await called({
            ...pathOf(request),
            headers: request.headers,
            body: body.toString('base64'),
            isBase64Encoded: true,
            requestContext: { http: { method: request.method }, authorizer: { iam: { userArn: arn } } },
          });
    response.writeHead(answer.statusCode, answer.headers).end(bytesOf(answer));
  });
  const url = `${await listenOnLoopback(server, 0)}/`;
  return {
    url,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** The path as it was sent, and what follows it. */
function pathOf({ url = '/' }: IncomingMessage): { readonly rawPath: string; readonly rawQueryString: string } {
  const [rawPath = '/', rawQueryString = ''] = url.split('?', 2);
  return { rawPath, rawQueryString };
}

/** Every service but S3 encodes each part of the path once more, and sorts the parameters. */
function canonicalPlace(request: IncomingMessage): readonly [string, string] {
  const { rawPath, rawQueryString } = pathOf(request);
  const encoded = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...new URLSearchParams(rawQueryString)].map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return [rawPath.split('/').map(encoded).join('/'), query.toSorted().join('&')];
}

/** Undefined: the signature is not that of a known caller for this request, or too old. */
function callerOf(request: IncomingMessage, body: Buffer, callers: KnownCallers): string | undefined {
  const [, key = '', date = '', region = '', names = '', signature] =
    AUTHORIZATION.exec(request.headers.authorization ?? '') ?? [];
  const caller = callers[key];
  const time = String(request.headers['x-amz-date']);
  if (caller === undefined || !time.startsWith(date) || Math.abs(Date.now() - epochOf(time)) > MOST_AGE_MS)
    return undefined;
  const bodyHash = sha256(body);
  if (!['host', 'x-amz-date'].every((name) => names.split(';').includes(name))) return undefined;
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, ...canonicalPlace(request), headers.join(''), names, bodyHash].join('\n');
  const scope = `${date}/${region}/lambda/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const signingKey = [date, region, 'lambda', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${caller.secret}`);
  return hmac(signingKey, toSign).toString('hex') === signature ? caller.arn : undefined;
}

function epochOf(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
