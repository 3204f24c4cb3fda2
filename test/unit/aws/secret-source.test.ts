import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { createSecretSource } from '../../../adapters/aws/secret-source.ts';
import { WebhookSecret } from '../../../functions/intake/config.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { type AwsAnswer, startAwsJsonServer } from '../../fakes/aws-json-server.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function setUp(first: AwsAnswer) {
  let answer = first;
  const server = await startAwsJsonServer(() => answer);
  const client = new SecretsManagerClient({ ...clientOptions(server.url), maxAttempts: 1 });
  closers.push(async () => client.destroy(), server.close);
  const clock = createFakeClock();
  const read = createSecretSource(client, 'webhook', WebhookSecret, clock.now);
  const answerWith = (next: AwsAnswer) => {
    answer = next;
  };
  return { read, clock, server, answerWith };
}

const secret = (value: unknown): AwsAnswer => ({ body: { SecretString: JSON.stringify(value) } });
const old = { current: 'o'.repeat(20) };
const rotated = { current: 'n'.repeat(20), previous: old.current };

describe('a secret', () => {
  it('is read once a minute, so that a rotation is seen without a deployment', async () => {
    const { read, clock, server, answerWith } = await setUp(secret(old));
    expect(await read()).toEqual(old);
    answerWith(secret(rotated));
    clock.advanceSeconds(59);
    expect(await read()).toEqual(old);
    clock.advanceSeconds(1);
    expect(await read()).toEqual(rotated);
    expect(server.calls).toHaveLength(2);
  });

  it.each([
    ['is no JSON', { body: { SecretString: 'oh-so-secret' } }],
    ['has another shape', secret({ token: 'oh-so-secret' })],
    ['is binary', { body: { SecretBinary: 'b2gtc28tc2VjcmV0' } }],
  ])('that %s is an error of ours that does not tell it', async (_, answer) => {
    const { read } = await setUp(answer);
    await expect(read()).rejects.toMatchObject({ code: 'configuration', retryable: false });
    await expect(read()).rejects.not.toThrow('oh-so-secret');
  });

  it('may be asked for again when the service is too busy', async () => {
    const busy = { status: 400, body: { __type: 'ThrottlingException', message: 'slow down' } };
    const { read, answerWith } = await setUp(busy);
    await expect(read()).rejects.toMatchObject({ code: 'configuration', retryable: true });
    answerWith(secret(old));
    expect(await read()).toEqual(old);
  });

  it('that is not there is a matter of configuration', async () => {
    const missing = { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no such secret' } };
    const { read } = await setUp(missing);
    await expect(read()).rejects.toMatchObject({ code: 'configuration', retryable: false });
  });
});
