import { describe, expect, it } from 'vitest';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const alertFor = (labels: Readonly<Record<string, string>>, parts: Readonly<Record<string, unknown>> = {}) =>
  rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', ...labels }, ...parts });
const byName = alertFor({ node: 'gpu-1' });
/** gpu-1's InternalIP, as node_exporter's alerts have it. */
const byAddress = alertFor({ instance: '10.200.0.11:9100' }, { fingerprint: 'by-address' });

describe('an alert with the name of another cluster, for a node that ours has too', () => {
  it('is answered and recorded, and never acted on', async () => {
    const chain = createChainUnderTest();
    expect(await chain.post(alertFor({ cluster: 'other', node: 'gpu-1' }))).toEqual({ 'unknown-cluster': 1 });
    await chain.sweep();
    expect(await chain.incidents()).toEqual([]);
    expect(chain.commands.sent).toEqual([]);
    expect(chain.log.of('alert-refused')).toMatchObject([
      { reason: 'unknown-cluster', cluster: 'other', node: 'gpu-1' },
    ]);
  });

  it('does not keep the true incident from its node', async () => {
    const chain = createChainUnderTest();
    await chain.post(alertFor({ cluster: 'other', node: 'gpu-1' }), byName);
    await chain.untilAllClosed();
    expect(await chain.incidents()).toMatchObject([{ target: { cluster: 'lab', node: 'gpu-1' }, outcome: 'repaired' }]);
  });
});

describe('the table', () => {
  const keysAndTokens = (chain: ReturnType<typeof createChainUnderTest>) => ({
    keys: chain.acted().map(({ operationKey }) => operationKey),
    tokens: chain
      .acted()
      .flatMap(({ parameters: { fencingToken } }) => (fencingToken === undefined ? [] : [Number(fencingToken)])),
  });

  it('that is lost between two incidents of a node: no key is used twice, and every token is newer', async () => {
    const chain = createChainUnderTest();
    for (const fingerprint of ['before', 'after']) {
      chain.commands.broken = true;
      await chain.post(alertFor({ node: 'gpu-1' }, { fingerprint }));
      await chain.untilAllClosed();
      expect(await chain.incidents()).toMatchObject([{ sequence: 1, run: 1, outcome: 'repaired' }]);
      chain.loseTable();
    }
    const { keys, tokens } = keysAndTokens(chain);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(4);
    expect(tokens).toHaveLength(2);
    expect(tokens[1]).toBeGreaterThan(tokens[0] ?? Number.POSITIVE_INFINITY);
  });

  it('that is lost during an incident: its execution leaves, and the repeated alert is worked anew', async () => {
    const chain = createChainUnderTest();
    chain.commands.heals = [];
    await chain.post(byName);
    await chain.until(async () => (await chain.ports.approvals.listPending()).length > 0);
    chain.loseTable();
    const before = keysAndTokens(chain);
    chain.commands.heals = ['apply'];
    await chain.post(byName);
    await chain.untilAllClosed();
    expect(await chain.incidents()).toMatchObject([{ outcome: 'repaired' }]);
    const after = keysAndTokens(chain);
    expect(new Set(after.keys).size).toBe(after.keys.length);
    const newTokens = after.tokens.slice(before.tokens.length);
    expect(newTokens.length).toBeGreaterThan(0);
    expect(Math.min(...newTokens)).toBeGreaterThan(Math.max(...before.tokens));
  });

  it('that is restored to an earlier state: the runs that were made are not made again under their keys', async () => {
    const chain = createChainUnderTest();
    await chain.post(byName);
    const [restored] = await chain.incidents();
    await chain.untilAllClosed();
    chain.loseTable();
    chain.commands.broken = true;
    if (restored !== undefined) chain.ports.store.seed({ ...restored, phase: 'repairing' });
    await chain.untilAllClosed();
    expect(chain.commands.broken).toBe(false);
    const { keys, tokens } = keysAndTokens(chain);
    expect(new Set(keys).size).toBe(keys.length);
    expect(tokens.toSorted((a, b) => a - b)).toEqual(tokens);
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});

describe('one node, alerted by name and by address, in the first minutes when nobody knows the addresses', () => {
  const open = async (chain: ReturnType<typeof createChainUnderTest>) =>
    (await chain.incidents()).filter(({ outcome }) => outcome !== 'duplicate');

  it.each([
    ['by name first', [byName, byAddress]],
    ['by address first', [byAddress, byName]],
  ])('%s, in one webhook, is one incident and one repair', async (_, alerts) => {
    const chain = createChainUnderTest();
    await chain.post(...alerts);
    await chain.untilAllClosed();
    const worked = await open(chain);
    expect(worked).toMatchObject([{ target: { node: 'gpu-1' }, outcome: 'repaired' }]);
    expect(worked[0]?.alerts.map(({ fingerprint }) => fingerprint).toSorted()).toEqual([
      '760a7c34fa5ce8f7',
      'by-address',
    ]);
    expect(chain.acted().map(({ document }) => document)).toEqual(['apply', 'confirm']);
    const receipts = await Promise.all(
      (await chain.incidents()).map(({ incidentId }) => chain.ports.store.readReceipt(incidentId)),
    );
    expect(receipts.flat().map(({ event }) => event)).not.toContain('handed-over');
  });

  it.each([
    ['by name first', [byName, byAddress]],
    ['by address first', [byAddress, byName]],
  ])('%s, one after the other, is one incident and one repair', async (_, [first, second]) => {
    const chain = createChainUnderTest();
    await chain.post(first);
    await chain.engine.idle();
    await chain.post(second);
    await chain.untilAllClosed();
    expect(await open(chain)).toMatchObject([{ target: { node: 'gpu-1' }, outcome: 'repaired' }]);
    expect(chain.acted().map(({ document }) => document)).toEqual(['apply', 'confirm']);
  });

  it('is one incident from the start once sweep has listed the nodes', async () => {
    const chain = createChainUnderTest();
    await chain.sweep();
    await chain.post(byAddress, byName);
    expect(await chain.incidents()).toMatchObject([{ target: { node: 'gpu-1' } }]);
  });
});

describe('an alert that no webhook brought', () => {
  it('is worked all the same, where sweep may ask Alertmanager', async () => {
    const chain = createChainUnderTest();
    const raw = alertFor({ node: 'gpu-1' }, { startsAt: new Date(chain.clock.now()).toISOString() });
    chain.alerts.held.push({ active: true, raw, fingerprint: '760a7c34fa5ce8f7', startsAt: chain.clock.now() });
    await chain.until(() => !chain.commands.broken);
    await chain.untilAllClosed();
    expect(await chain.incidents()).toMatchObject([{ outcome: 'repaired' }]);
  });
});
