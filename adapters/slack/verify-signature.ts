import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  readonly signingSecret: string;
  /** Header `x-slack-request-timestamp`: epoch seconds. */
  readonly timestamp: string | undefined;
  /** Header `x-slack-signature`: `v0=` and 64 hex digits. */
  readonly signature: string | undefined;
  /** The bytes as they were sent, before any parsing. */
  readonly rawBody: Buffer;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type SignatureVerdict = { readonly type: 'valid' } | { readonly type: 'invalid'; readonly reason: string };

/** Slack's own limit against replays: five minutes into the past or the future. */
const MOST_AGE_SECONDS = 300;

/** Slack request signing, version v0 (docs.slack.dev/authentication/verifying-requests-from-slack). */
export function verifySlackSignature({
  signingSecret,
  timestamp,
  signature,
  rawBody,
  now,
}: SignedRequest): SignatureVerdict {
  if (signingSecret === '') return invalid('no signing secret is configured');
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return invalid('no timestamp');
  if (Math.abs(now / 1_000 - Number(timestamp)) > MOST_AGE_SECONDS) return invalid('too old, or from the future');
  const expected = Buffer.from(signSlackBody(signingSecret, timestamp, rawBody));
  const presented = Buffer.from(signature ?? '');
  if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) return invalid('wrong signature');
  return { type: 'valid' };
}

/** The signature that Slack puts on a body. */
export function signSlackBody(signingSecret: string, timestamp: string, rawBody: Buffer): string {
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(rawBody).digest('hex');
  return `v0=${digest}`;
}

function invalid(reason: string): SignatureVerdict {
  return { type: 'invalid', reason };
}
