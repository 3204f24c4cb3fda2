import { describe, expect, it } from 'vitest';
import { signMessage, verifyMessage } from '../../../adapters/webhook/standard-webhook.ts';
import { WebhookKeys } from '../../../adapters/webhook/webhook-keys.ts';

/** The example that the libraries of Standard Webhooks are tested with. */
const example = {
  keys: WebhookKeys.parse({ current: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
  message: {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    rawBody: Buffer.from('{"test": 2432232314}'),
  },
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  now: 1_614_265_330_000,
};
const { keys, message, signature, now } = example;
const other = Buffer.from('another-key-of-at-least-24-bytes');

describe('a message of Standard Webhooks', () => {
  it('is signed as its libraries sign it', () => {
    expect(signMessage(keys, message)).toBe(signature);
    expect(verifyMessage(keys, { ...message, signature }, now)).toEqual({ type: 'valid', id: message.id });
  });

  it('counts where one of two signatures is of one of two keys', () => {
    const both = signMessage([other, ...keys], message);
    expect(both.split(' ')).toHaveLength(2);
    expect(verifyMessage(keys, { ...message, signature: both }, now).type).toBe('valid');
    expect(verifyMessage([other, ...keys], { ...message, signature }, now).type).toBe('valid');
  });

  it.each([
    [300, 'valid'],
    [301, 'invalid'],
    [-300, 'valid'],
    [-301, 'invalid'],
  ])('of %i s ago is %s', (age, type) => {
    expect(verifyMessage(keys, { ...message, signature }, now + age * 1_000).type).toBe(type);
  });

  it.each([
    ['of another key', { signature: signMessage([other], message) }, 'wrong signature'],
    ['of another version', { signature: signature.replace('v1,', 'v2,') }, 'wrong signature'],
    ['without its version', { signature: signature.slice(3) }, 'wrong signature'],
    ['cut short', { signature: signature.slice(0, -5) }, 'wrong signature'],
    ['behind too many others', { signature: `${'v1,AAAA '.repeat(8)}${signature}` }, 'wrong signature'],
    ['that is none', { signature: undefined }, 'wrong signature'],
    ['of another id', { id: 'msg_00000000' }, 'wrong signature'],
    ['of another time', { timestamp: '1614265331' }, 'wrong signature'],
    ['of another body', { rawBody: Buffer.from('{"test": 2432232315}') }, 'wrong signature'],
    ['of the same body with a blank more', { rawBody: Buffer.from('{"test": 2432232314} ') }, 'wrong signature'],
    ['of parts that are divided differently', { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330' }, 'no webhook-id'],
    ['without an id', { id: undefined }, 'no webhook-id'],
    ['without a time', { timestamp: undefined }, 'no timestamp'],
    ['with a time that is no number', { timestamp: '1.6e9' }, 'no timestamp'],
  ])('with a signature %s does not count', (_, parts, reason) => {
    expect(verifyMessage(keys, { ...message, signature, ...parts }, now)).toEqual({
      type: 'invalid',
      reason: expect.stringContaining(reason),
    });
  });
});

describe('the secret of keys', () => {
  it.each([
    ['one key', { current: 'A'.repeat(44) }, 1],
    ['two keys', { current: 'A'.repeat(44), previous: `whsec_${'B'.repeat(32)}` }, 2],
    ['an empty previous key', { current: 'A'.repeat(44), previous: '' }, 1],
    ['no previous key', { current: 'A'.repeat(44), previous: null }, 1],
  ])('may have %s', (_, secret, count) => {
    expect(WebhookKeys.parse(secret)).toHaveLength(count);
  });

  it.each([
    ['nothing', {}],
    ['a short key', { current: 'A'.repeat(28) }],
    ['a text that is no base64', { current: 'fill-in-the-key-of-the-other-tool' }],
    ['a length that no base64 has', { current: 'A'.repeat(45) }],
  ])('may not have %s', (_, secret) => {
    expect(WebhookKeys.safeParse(secret).success).toBe(false);
  });
});
