import { describe, expect, it } from 'vitest';
import { RestitchError } from '../../../core/restitch-error.ts';
import { loadConfig, tokensOf, WebhookSecret } from '../../../functions/intake/config.ts';

const environment = { QUEUE_URL: 'https://sqs.example/1/restitch.fifo', WEBHOOK_SECRET_ID: 'webhook' };

describe('the environment of intake', () => {
  it('has defaults for everything that the stack need not set', () => {
    expect(loadConfig(environment)).toMatchObject({
      CLUSTER_LABELS: ['cluster'],
      DEFAULT_CLUSTER: null,
      CLUSTERS: [],
      MAX_BODY_BYTES: 6_291_456,
    });
  });

  it('takes labels as a comma list', () => {
    expect(loadConfig({ ...environment, NODE_LABELS: 'host, node,' }).NODE_LABELS).toEqual(['host', 'node']);
  });

  it.each([{ QUEUE_URL: undefined }, { QUEUE_URL: 'queue' }, { MAX_BODY_BYTES: '0' }, { MAX_BODY_BYTES: 'much' }])(
    'is refused at the start with %j',
    (wrong) => {
      expect(() => loadConfig({ ...environment, ...wrong })).toThrow(RestitchError);
    },
  );
});

describe('the tokens in the secret', () => {
  const current = 'c'.repeat(16);
  const previous = 'p'.repeat(16);

  it.each([
    [{ current }, [current]],
    [{ current, previous }, [current, previous]],
    [{ current, previous: '' }, [current]],
    [{ current, previous: null }, [current]],
  ])('of %j are %j', (secret, tokens) => {
    expect(tokensOf(WebhookSecret.parse(secret))).toEqual(tokens);
  });

  it.each([{}, { current: '' }, { current: 'short' }, { current, previous: 'short' }])('may not be %j', (secret) => {
    expect(WebhookSecret.safeParse(secret).success).toBe(false);
  });
});
