import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import type { AwsCredentialSource, AwsCredentials } from './aws-credentials.ts';
import { Sha256 } from './sha256.ts';

export interface AssumedRoleOptions {
  readonly roleArn: string;
  readonly externalId: string;
  readonly region: string;
  /** Whose request it is. */
  readonly credentials: AwsCredentialSource;
  /** Another server than the region's own. */
  readonly endpoint?: string | undefined;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

const TIMEOUT_MS = 10_000;
/** Roles allow an hour at least, and no more to a role that takes another one. */
const SESSION_SECONDS = 3_600;
/** Credentials are made anew this long before they end: a request may take a while. */
const MARGIN_MS = 5 * 60_000;

const Answer = z.object({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1),
  expiration: z.coerce.date(),
});

/**
 * The credentials of a role, by AssumeRole of STS; kept until shortly before they end. A client of its own would add as much to a
 * bundle as all of this file's neighbours. Throws `RestitchError` (code `sts`).
 */
export function createAssumedRole(options: AssumedRoleOptions): AwsCredentialSource {
  const { clock = Date.now } = options;
  let kept: Promise<AwsCredentials> | undefined;
  let until = 0;
  return async () => {
    if (kept === undefined || clock() >= until) {
      const asked = assumeRole(options);
      kept = asked;
      until = Number.POSITIVE_INFINITY;
      asked.then(
        ({ expiration }) => {
          until = (expiration?.getTime() ?? 0) - MARGIN_MS;
        },
        () => {
          kept = undefined;
        },
      );
    }
    return kept;
  };
}

async function assumeRole({ roleArn, externalId, region, credentials, endpoint }: AssumedRoleOptions) {
  const url = new URL(endpoint ?? `https://sts.${region}.amazonaws.com/`);
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'restitch',
    ExternalId: externalId,
    DurationSeconds: String(SESSION_SECONDS),
  }).toString();
  const signer = new SignatureV4({ service: 'sts', region, credentials: await credentials(), sha256: Sha256 });
  const signed = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body,
  });
  // fetch writes the host itself.
  const { host, ...headers } = signed.headers;
  const answer = await post(url, headers, body, roleArn);
  const parsed = Answer.safeParse({
    accessKeyId: textOf(answer, 'AccessKeyId'),
    secretAccessKey: textOf(answer, 'SecretAccessKey'),
    sessionToken: textOf(answer, 'SessionToken'),
    expiration: textOf(answer, 'Expiration'),
  });
  if (!parsed.success) throw failure(`${roleArn} cannot be assumed: STS answered without credentials`, true);
  return parsed.data;
}

async function post(url: URL, headers: Record<string, string>, body: string, roleArn: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw failure(`${roleArn} cannot be assumed: STS does not answer`, true, error);
  }
  const text = await response.text();
  if (response.ok) return text;
  const why = `${textOf(text, 'Code') ?? response.status}: ${textOf(text, 'Message') ?? 'no reason is given'}`;
  throw failure(`${roleArn} cannot be assumed: ${why}`, response.status >= 500 || response.status === 429);
}

/** The text of the only element of this name. What is read here has no entities: base64, times, names of errors. */
function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]?.trim();
}

function failure(message: string, retryable: boolean, cause?: unknown): RestitchError {
  return new RestitchError('sts', message, { retryable, cause });
}
