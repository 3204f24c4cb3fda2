import { describe, expect, it } from 'vitest';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const alertFor = (node: string) =>
  rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node }, fingerprint: `alert-of-${node}` });

const chainOf = (sites: readonly string[], sick?: readonly string[]) => {
  const fleet = healthyFleet(sites);
  const chain = createChainUnderTest({}, { fleet, sick: sick ?? [] });
  const claimed = async () =>
    (await chain.ports.cluster.listNodes()).filter((node) => readClaim(node).type !== 'none').length;
  const phases = async () =>
    Object.fromEntries((await chain.incidents()).map(({ target, phase }) => [target.node, phase]));
  return { ...chain, fleet, claimed, phases };
};

const eight = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? 'paris' : 'oslo'));

describe('a fault in the hub’s tables, with an alert for every node behind it', () => {
  it('is one incident of the hub: one question, one repair, no cordon, and every leaf closes by itself', {
    timeout: 60_000,
  }, async () => {
    const chain = chainOf(eight, ['hub-1']);
    await chain.post(...chain.fleet.spokes.map(alertFor));
    await chain.until(async () => (await chain.ports.approvals.listPending()).length > 0);
    await chain.until(async () => Object.values(await chain.phases()).filter((phase) => phase === 'held').length === 8);
    expect(await chain.phases()).toMatchObject({ 'hub-1': 'awaiting-approval' });
    await chain.approveAll();
    await chain.untilAllClosed();
    expect(chain.acted().map(({ document, instanceId }) => `${document} ${instanceId}`)).toEqual([
      'apply mi-hub-1',
      'confirm mi-hub-1',
    ]);
    expect(await chain.claimed()).toBe(0);
    const outcomes = (await chain.incidents()).map(({ target, outcome }) => `${target.node} ${outcome}`);
    expect(outcomes.toSorted()).toEqual([
      ...chain.fleet.spokes.map((node) => `${node} self-recovered`),
      'hub-1 repaired',
    ]);
  });

  it('holds a node whose alert comes later before any host is asked about it', async () => {
    const chain = chainOf(eight, ['hub-1']);
    await chain.post(alertFor('gpu-1'));
    await chain.until(async () => (await chain.ports.approvals.listPending()).length > 0);
    const before = chain.commands.sent.length;
    await chain.post(alertFor('gpu-2'));
    await chain.until(async () => (await chain.phases())['gpu-2'] === 'held');
    expect(chain.commands.sent.slice(before)).toEqual([]);
  });
});

describe('a site whose line is dead', () => {
  const isDead = (probe: string, host: string) =>
    ['gpu-1', 'gpu-2', 'gpu-3'].some((node) => host === node || probe.endsWith(`-${node}`));

  it('is one incident of the site, a person is called, and no node of it is touched', { timeout: 60_000 }, async () => {
    const chain = chainOf(['paris', 'paris', 'paris', 'oslo', 'oslo', 'oslo']);
    chain.commands.lost = isDead;
    await chain.post(...['gpu-1', 'gpu-2', 'gpu-3'].map(alertFor));
    await chain.until(async () => (await chain.phases())['site/paris'] === 'handed-over');
    await chain.until(async () => Object.values(await chain.phases()).filter((phase) => phase === 'held').length >= 1);
    expect(chain.acted()).toEqual([]);
    expect(await chain.claimed()).toBe(0);
    chain.commands.lost = () => false;
    await chain.untilAllClosed();
    expect(chain.acted()).toEqual([]);
  });
});

describe('several nodes with a fault of their own at the same time', () => {
  it('are repaired each by itself: nothing is shared', { timeout: 60_000 }, async () => {
    const chain = chainOf(eight, ['gpu-1', 'gpu-2', 'gpu-3', 'gpu-4']);
    await chain.post(...['gpu-1', 'gpu-2', 'gpu-3', 'gpu-4'].map(alertFor));
    await chain.untilAllClosed();
    const outcomes = (await chain.incidents()).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['repaired', 'repaired', 'repaired', 'repaired']);
  });
});
