import { describe, expect, it } from 'vitest';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const alertFor = (node: string) =>
  rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node }, fingerprint: `alert-of-${node}` });

/** GPU nodes of three sites behind one hub; the first of the sites that are given where they matter. */
function fleetUnderTest(
  sites: readonly string[],
  sick: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const fleet = healthyFleet(sites);
  const chain = createChainUnderTest(environment, { fleet, sick });
  let mostOut = 0;
  const out = async () =>
    (await chain.ports.cluster.listNodes()).filter((node) => readClaim(node).type !== 'none').length;
  const { placeClaim } = chain.ports.cluster;
  chain.ports.cluster.placeClaim = async (...claim) => {
    const outcome = await placeClaim(...claim);
    mostOut = Math.max(mostOut, await out());
    return outcome;
  };
  return {
    ...chain,
    fleet,
    /** The most nodes that carried a claim of ours at the same time. */
    mostOut: () => mostOut,
    closed: async () => (await chain.ports.store.listOpen()).length === 0,
    outcomes: async () =>
      (await chain.incidents()).map(({ target, outcome }) => `${target.node} ${outcome}`).toSorted(),
    expectNothingLeft: async () => {
      expect(await out()).toBe(0);
      expect(await chain.ports.capacity.read()).toEqual([]);
      expect(await chain.ports.approvals.listPending()).toEqual([]);
    },
  };
}

const sitesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ['paris', 'oslo', 'rome'][index % 3] ?? '');

describe('the hub fails, and three of four nodes behind it alert', () => {
  it('is one incident and one question at the hub, nothing on a leaf, and everything ends within a minute after it', async () => {
    const work = fleetUnderTest(sitesOf(24), ['hub-1']);
    const leaves = work.fleet.spokes.slice(0, 18);
    await work.post(...leaves.map(alertFor));
    await work.until(async () => (await work.ports.approvals.listPending()).length > 0);
    await work.approveAll();
    const isHubClosed = async () =>
      (await work.incidents()).some(({ target, phase }) => target.node === 'hub-1' && phase === 'closed');
    await work.until(isHubClosed);
    await work.until(work.closed, 61);
    expect(work.acted().map(({ document, instanceId }) => `${document} ${instanceId}`)).toEqual([
      'apply mi-hub-1',
      'confirm mi-hub-1',
    ]);
    expect(work.mostOut()).toBe(0);
    expect(work.ports.messenger.questions).toHaveLength(1);
    expect(await work.outcomes()).toEqual(
      [...leaves.map((node) => `${node} self-recovered`), 'hub-1 repaired'].toSorted(),
    );
    await work.expectNothingLeft();
  });
});

describe('a bad rule fires for every node of a healthy fleet', () => {
  it('does nothing, claims nothing, asks nobody, and closes everything', async () => {
    const work = fleetUnderTest(sitesOf(20), []);
    await work.post(...work.fleet.spokes.map(alertFor));
    await work.until(work.closed);
    expect(work.acted()).toEqual([]);
    expect(work.mostOut()).toBe(0);
    expect(work.ports.messenger.questions).toEqual([]);
    expect(await work.outcomes()).toEqual(work.fleet.spokes.map((node) => `${node} self-recovered`).toSorted());
    await work.expectNothingLeft();
  });
});

describe('a pool of three, each with a fault that only a bounce heals', () => {
  it('takes one after the other', async () => {
    const wide = { BUDGET_SITE_MAX_PERCENT: '100', BUDGET_HUB_MAX_PERCENT: '100', BUDGET_CLUSTER_MAX_PERCENT: '100' };
    const work = fleetUnderTest(sitesOf(3), ['gpu-1', 'gpu-2', 'gpu-3'], { ...wide, BREAKER_MIN_NODES: '1000' });
    work.commands.heals = ['bounce'];
    await work.post(...work.fleet.spokes.map(alertFor));
    await work.until(async () => {
      await work.approveAll();
      return work.closed();
    });
    expect(await work.outcomes()).toEqual(['gpu-1 repaired', 'gpu-2 repaired', 'gpu-3 repaired']);
    expect(work.mostOut()).toBe(1);
    await work.expectNothingLeft();
  });
});

describe('a pool of one', () => {
  const work = () => fleetUnderTest(['paris'], ['gpu-1']);

  it('is repaired without a question where that harms no pod', async () => {
    const one = work();
    await one.post(alertFor('gpu-1'));
    await one.until(one.closed);
    expect(one.ports.messenger.questions).toEqual([]);
    expect(await one.outcomes()).toEqual(['gpu-1 repaired']);
  });

  it('is taken out of service only with a yes', async () => {
    const one = work();
    one.commands.heals = [];
    await one.post(alertFor('gpu-1'));
    await one.until(async () => (await one.ports.approvals.listPending()).length > 0);
    expect(one.mostOut()).toBe(0);
    expect(one.ports.messenger.questions.map(({ stage }) => stage)).toEqual(['restart-agent']);
  });
});
