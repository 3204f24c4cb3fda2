import { describe, expect, it } from 'vitest';
import { alertFor, fleetUnderTest, sitesOf } from './fleet-under-test.ts';

/** Behind the hub and in the cluster there is room enough. */
const wide = { BUDGET_HUB_MAX_PERCENT: '100', BUDGET_CLUSTER_MAX_PERCENT: '100', BUDGET_SITE_MAX_PERCENT: '100' };

describe('the hub fails, and three of four nodes behind it alert', () => {
  it('is one incident and one question at the hub, nothing on a leaf, and everything ends within a minute after it', async () => {
    const work = fleetUnderTest(sitesOf(24), ['hub-1']);
    const leaves = work.fleet.spokes.slice(0, 18);
    await work.post(...leaves.map(alertFor));
    await work.until(async () => (await work.ports.approvals.listPending()).length > 0);
    await work.until(async () => (await work.incidents()).filter(({ phase }) => phase === 'held').length === 18);
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

describe('two nodes of a pool of three with a fault that only a bounce heals', () => {
  it('are taken out of service one after the other', async () => {
    const work = fleetUnderTest(['paris', 'oslo', 'paris'], ['gpu-1', 'gpu-3'], { BREAKER_MIN_NODES: '1000', ...wide });
    work.commands.heals = ['bounce'];
    await work.post(alertFor('gpu-1'), alertFor('gpu-3'));
    const closed = async () => {
      await work.approveAll();
      return work.closed();
    };
    await work.until(closed, 2_000, 5);
    expect(await work.outcomes()).toEqual(['gpu-1 repaired', 'gpu-3 repaired']);
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

describe('a node that breaks again as soon as it is repaired', () => {
  it('is left to a person, who is told why, after no more runs than a day allows', async () => {
    const work = fleetUnderTest(['paris', 'oslo'], ['gpu-1'], { RUNS_PER_DAY: '4', FLAP_INCIDENTS: '3' });
    for (let episode = 1; episode <= 6; episode++) {
      work.commands.broken = true;
      // The first heals by the gentlest rung, the others by none.
      work.commands.heals = episode === 1 ? ['apply'] : [];
      const startsAt = new Date(work.clock.now()).toISOString();
      await work.post({ ...alertFor('gpu-1'), startsAt, fingerprint: `flap-${episode}` });
      const atRest = async () => {
        await work.approveAll();
        return (await work.ports.store.listOpen()).every(({ phase }) => phase === 'handed-over');
      };
      await work.until(atRest, 1_000, 5);
      work.commands.broken = false;
      await work.until(work.closed, 4_000, 10);
    }
    const receipts = await Promise.all(
      (await work.incidents()).map(({ incidentId }) => work.ports.store.readReceipt(incidentId)),
    );
    const said = receipts.flat().map(({ summary }) => summary);
    expect(said.some((summary) => /is flapping|automation stops|allowed/.test(summary))).toBe(true);
    const runs = new Set(
      work.acted().map(({ operationKey }) => operationKey.replace(/^(.*)\.[a-z-]+\.(\d+)-.*$/, '$1/$2')),
    );
    expect(runs.size).toBeLessThanOrEqual(4);
    await work.expectNothingLeft();
  });
});

describe('a person uncordons a node while a stage is at work on it', () => {
  it('ends the incident, and leaves the node as the person wants it', async () => {
    const work = fleetUnderTest(['paris', 'oslo'], ['gpu-1'], wide);
    work.commands.heals = [];
    work.commands.meanwhile = (document) => {
      if (document === 'bounce')
        work.ports.cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable: false } }));
    };
    await work.post(alertFor('gpu-1'));
    await work.until(async () => {
      await work.approveAll();
      return work.closed();
    });
    expect(await work.outcomes()).toEqual(['gpu-1 cancelled']);
    expect((await work.ports.cluster.getNode('gpu-1'))?.spec.unschedulable).not.toBe(true);
    await work.expectNothingLeft();
  });
});
