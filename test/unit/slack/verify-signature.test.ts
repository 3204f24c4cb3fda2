import { describe, expect, it } from 'vitest';
import { signSlackBody, verifySlackSignature } from '../../../adapters/slack/verify-signature.ts';

const signingSecret = 'signing-secret-of-the-test';
const now = 1_531_420_618_000;
const rawBody = Buffer.from('payload=%7B%7D&text=94070');

const requestAt = (timestamp: number) => ({
  signingSecret,
  timestamp: String(timestamp),
  signature: signSlackBody(signingSecret, String(timestamp), rawBody),
  rawBody,
  now,
});

describe("Slack's signature", () => {
  it('is HMAC-SHA256 over v0, timestamp and body', () => {
    // echo -n "v0:1531420618:…" | openssl dgst -sha256 -hmac …
    expect(signSlackBody(signingSecret, '1531420618', rawBody)).toBe(
      'v0=77a8095e7f45af8df4ae7bdee44d33eed50edf7ca9b72234e9cae5e16cd32fbf',
    );
  });

  it.each([
    [-301, 'invalid'],
    [-300, 'valid'],
    [0, 'valid'],
    [300, 'valid'],
    [301, 'invalid'],
  ])('made %i s from now is %s', (seconds, verdict) => {
    expect(verifySlackSignature(requestAt(1_531_420_618 + seconds)).type).toBe(verdict);
  });

  it.each([
    ['another body', { rawBody: Buffer.from('token=other') }],
    ['another secret', { signingSecret: 'another' }],
    ['no secret at all', { signingSecret: '' }],
    ['no signature', { signature: undefined }],
    ['a cut signature', { signature: 'v0=' }],
    ['no timestamp', { timestamp: undefined }],
    ['a timestamp in words', { timestamp: '1e9' }],
  ])('does not hold for %s', (_, change) => {
    expect(verifySlackSignature({ ...requestAt(1_531_420_618), ...change }).type).toBe('invalid');
  });
});
