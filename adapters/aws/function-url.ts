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
export async function postToFunctionUrl(
  url: string,
  body: string,
  { region, credentials }: FunctionUrlCaller,
): Promise<Response> {
  const { protocol, hostname, host, pathname: path } = new URL(url);
  const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256: Sha256 });
  const headers = { host, 'content-type': 'application/json' };
  const signed = await signer.sign({ method: 'POST', protocol, hostname, path, headers, body });
  const { host: _, ...sent } = signed.headers;
  return fetch(url, { method: 'POST', headers: sent, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
}
