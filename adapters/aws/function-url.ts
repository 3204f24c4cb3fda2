import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from './aws-credentials.ts';
import { Sha256 } from './sha256.ts';

/** Whose call it is, and where the function is. */
export interface FunctionUrlCaller {
  readonly region: string;
  readonly credentials: AwsCredentials;
}

/** Slack's own limit for the same function is 3 s; it may start cold, and AWS checks the caller first. */
const TIMEOUT_MS = 15_000;

/**
 * Posts JSON to a Lambda function URL that IAM guards, signed with Signature Version 4. Rejects when no answer comes. AWS answers 403
 * by itself to a caller without the rights of lib/add-decisions.ts.
 */
export async function postToFunctionUrl(url: string, body: string, caller: FunctionUrlCaller): Promise<Response> {
  return send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }, caller);
}

/** Gets from such a URL, in the same way. `headers`: more of them, by names in lower case. */
export function getFromFunctionUrl(
  url: string,
  method: 'GET' | 'HEAD',
  headers: Readonly<Record<string, string>>,
  caller: FunctionUrlCaller,
): Promise<Response> {
  return send(url, { method, headers }, caller);
}

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function send(url: string, request: Sent, { region, credentials }: FunctionUrlCaller): Promise<Response> {
  const { protocol, hostname, host, pathname: path, searchParams } = new URL(url);
  const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256: Sha256 });
  const headers = { ...request.headers, host };
  const signed = await signer.sign({
    ...request,
    protocol,
    hostname,
    path,
    query: Object.fromEntries(searchParams),
    headers,
  });
  const { host: _, ...sent } = signed.headers;
  return fetch(url, { ...request, headers: sent, signal: AbortSignal.timeout(TIMEOUT_MS) });
}
