import { createHmac, timingSafeEqual } from 'node:crypto';

/** A message as it is sent (standardwebhooks.com, "Signature scheme"). */
export interface WebhookMessage {
  /** Header `webhook-id`: the same when the message is sent again. */
  readonly id: string;
  /** Header `webhook-timestamp`: epoch seconds. */
  readonly timestamp: string;
  readonly rawBody: Buffer;
}

/** The same as it was received. */
export interface ReceivedMessage {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  /** Header `webhook-signature`: `v1,` and base64 for each key, with spaces between them. */
  readonly signature: string | undefined;
  readonly rawBody: Buffer;
}

export type MessageVerdict =
  | { readonly type: 'valid'; readonly id: string }
  | { readonly type: 'invalid'; readonly reason: string };

/** Against replays: five minutes into the past or the future, as the libraries of Standard Webhooks have it. */
const MOST_AGE_SECONDS = 300;
/** Two keys at a time, and more than one version. */
const MOST_SIGNATURES = 8;
/** Without a dot: dots are between the parts that are signed. */
const MESSAGE_ID = /^[\w:-]{8,128}$/;

/** The header `webhook-signature`: one signature for each key. */
export function signMessage(keys: readonly Buffer[], message: WebhookMessage): string {
  return keys.map((key) => `v1,${digestOf(key, message).toString('base64')}`).join(' ');
}

/** Whether one of the keys has signed the message, lately. `now`: epoch milliseconds. */
export function verifyMessage(
  keys: readonly Buffer[],
  { id = '', timestamp = '', signature = '', rawBody }: ReceivedMessage,
  now: number,
): MessageVerdict {
  if (!MESSAGE_ID.test(id)) return { type: 'invalid', reason: 'no webhook-id, or one that is none' };
  if (!/^\d{1,12}$/.test(timestamp)) return { type: 'invalid', reason: 'no timestamp' };
  if (Math.abs(now / 1_000 - Number(timestamp)) > MOST_AGE_SECONDS)
    return { type: 'invalid', reason: 'too old, or from the future' };
  const presented = signature
    .split(' ', MOST_SIGNATURES)
    .flatMap((each) => (each.startsWith('v1,') ? [Buffer.from(each.slice(3), 'base64')] : []));
  const expected = keys.map((key) => digestOf(key, { id, timestamp, rawBody }));
  const matches = expected.flatMap((one) => presented.filter((other) => isEqual(one, other)));
  return matches.length > 0 ? { type: 'valid', id } : { type: 'invalid', reason: 'wrong signature' };
}

function digestOf(key: Buffer, { id, timestamp, rawBody }: WebhookMessage): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest();
}

function isEqual(expected: Buffer, presented: Buffer): boolean {
  return presented.byteLength === expected.byteLength && timingSafeEqual(presented, expected);
}
