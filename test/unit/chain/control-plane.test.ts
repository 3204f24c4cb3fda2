import { describe, expect, it } from 'vitest';
import { RestitchError } from '../../../core/restitch-error.ts';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const alertFor = (node: string) =>
  rawAlert({ labels: { alertname: 'KubeNodeNotReady', cluster: 'lab', node }, fingerprint: `alert-of-${node}` });

/** Thirty nodes behind a hub of two more hosts. */
const chainOf = (sick: readonly string[] = []) => {
  const fleet = healthyFleet(Array.from({ length: 30 }, (_, index) => `site-${index % 5}`));
  const chain = createChainUnderTest({}, { fleet, sick });
  const { cluster } = chain.ports;
  const names = fleet.nodes.map(({ metadata }) => metadata.name);
  const setReady = (of: readonly string[], status: 'True' | 'Unknown') => {
    for (const name of of)
      cluster.change(name, (node) => ({
        ...node,
        status: { ...node.status, conditions: [{ type: 'Ready', status }] },
      }));
  };
  return {
    ...chain,
    fleet,
    /** These kubelets do not renew their leases. */
    stale: (of: readonly string[]) => {
      cluster.leaseAges = () => new Map(names.map((name) => [name, of.includes(name) ? 900 : 5]));
      setReady(names, 'True');
      setReady(of, 'Unknown');
    },
    phases: async () => Object.fromEntries((await chain.incidents()).map(({ target, phase }) => [target.node, phase])),
    outcomes: async () => (await chain.incidents()).map(({ outcome }) => outcome),
    claimed: async () => (await cluster.listNodes()).filter((node) => readClaim(node).type !== 'none').length,
    handedOver: async () => {
      const all = await Promise.all(
        (await chain.incidents()).map(({ incidentId }) => chain.ports.store.readReceipt(incidentId)),
      );
      return all.flat().filter(({ event }) => event === 'handed-over').length;
    },
    receiptOf: async (name: string) => {
      const latest = await chain.ports.store.getLatest({ cluster: 'lab', node: name });
      const entries = await chain.ports.store.readReceipt(latest?.incidentId ?? '');
      return entries.map(({ summary }) => summary).join('\n');
    },
    /** Every call of the Kubernetes API fails. */
    loseApi: () => {
      const whole = { ...cluster };
      const failing = async () => {
        throw new RestitchError('kubernetes', 'the Kubernetes API answers 503', { retryable: true });
      };
      Object.assign(cluster, {
        listNodes: failing,
        getNode: failing,
        listLeaseAges: failing,
        probeKubelet: failing,
        placeClaim: failing,
        releaseClaim: failing,
        readWorkload: failing,
        reportOverlay: failing,
      });
      return () => void Object.assign(cluster, whole);
    },
  };
};

const twenty = Array.from({ length: 20 }, (_, index) => `gpu-${index + 1}`);

describe('the leases of 20 of 32 nodes that are stale at once, while their tunnels and agents live', () => {
  it('are one incident of the control plane; nothing is done to a node, and nobody is called for one', {
    timeout: 120_000,
  }, async () => {
    const chain = chainOf();
    chain.stale(twenty);
    await chain.post(...twenty.map(alertFor));
    await chain.until(
      async () => Object.values(await chain.phases()).filter((phase) => phase === 'held').length === 20,
    );
    await chain.until(async () => (await chain.receiptOf('control-plane')).includes('hands off every node'));
    expect(await chain.receiptOf('gpu-7')).toMatch(/held by lab\/control-plane: .*(20 of 32 nodes are stale|is open)/);
    expect(await chain.handedOver()).toBe(0);
    chain.stale([]);
    await chain.untilAllClosed();
    expect(chain.acted()).toEqual([]);
    expect(await chain.claimed()).toBe(0);
    expect(await chain.handedOver()).toBe(0);
    expect(new Set(await chain.outcomes())).toEqual(new Set(['self-recovered']));
    expect(await chain.outcomes()).toHaveLength(21);
  });

  it('keep a node with a fault of its own waiting too; it is repaired when they are fresh again', {
    timeout: 120_000,
  }, async () => {
    const chain = chainOf(['gpu-1']);
    chain.stale(twenty);
    await chain.post(alertFor('gpu-1'));
    await chain.until(async () => (await chain.phases())['gpu-1'] === 'held');
    expect(await chain.receiptOf('gpu-1')).toContain('so the API server or the way to it is in trouble');
    expect(chain.acted()).toEqual([]);
    chain.stale([]);
    await chain.untilAllClosed();
    expect((await chain.outcomes()).toSorted()).toEqual(['repaired', 'self-recovered']);
  });

  it('call a person once when it takes longer than a run waits', { timeout: 120_000 }, async () => {
    const chain = chainOf();
    chain.stale(twenty);
    await chain.post(...twenty.slice(0, 3).map(alertFor));
    await chain.until(async () => (await chain.phases())['control-plane'] === 'handed-over', 4_000);
    expect(await chain.handedOver()).toBe(1);
    chain.stale([]);
    await chain.untilAllClosed();
    expect(chain.acted()).toEqual([]);
  });

  it('do not keep what was repaired from being verified and closed', { timeout: 120_000 }, async () => {
    const chain = chainOf(['gpu-1']);
    chain.commands.meanwhile = (document) => {
      if (document === 'apply') chain.stale(twenty);
    };
    await chain.post(alertFor('gpu-1'));
    await chain.untilAllClosed();
    expect(await chain.outcomes()).toEqual(['repaired']);
  });
});

describe('the leases of 19 of 32 nodes', () => {
  it('are not most of them: a node with a fault of its own is repaired', { timeout: 60_000 }, async () => {
    const chain = chainOf(['gpu-1']);
    chain.stale(twenty.slice(1));
    await chain.post(alertFor('gpu-1'));
    await chain.untilAllClosed();
    expect(await chain.outcomes()).toEqual(['repaired']);
  });
});

describe('an API server that answers nothing but errors for ten minutes', () => {
  it('makes the incidents of the nodes wait, says so once, and they go on by themselves', {
    timeout: 120_000,
  }, async () => {
    const chain = chainOf(['gpu-30']);
    const restore = chain.loseApi();
    await chain.post(...[...twenty.slice(0, 9), 'gpu-30'].map(alertFor));
    await chain.until(
      async () => Object.values(await chain.phases()).filter((phase) => phase === 'held').length === 10,
    );
    await chain.until(async () => (await chain.receiptOf('control-plane')).includes('hands off every node'));
    expect(await chain.receiptOf('gpu-3')).toMatch(/held by lab\/control-plane/);
    const from = chain.clock.now();
    await chain.until(() => chain.clock.now() - from > 600_000);
    expect(await chain.handedOver()).toBe(0);
    expect(chain.commands.sent).toEqual([]);
    restore();
    await chain.untilAllClosed();
    expect((await chain.outcomes()).filter((outcome) => outcome === 'repaired')).toHaveLength(1);
    expect(await chain.claimed()).toBe(0);
  });

  it('that begin after the act leave the change to the host’s timer, and the node is looked at again later', {
    timeout: 120_000,
  }, async () => {
    const chain = chainOf(['gpu-1']);
    let restore: () => void = () => undefined;
    let lost = false;
    chain.commands.meanwhile = (document) => {
      if (document !== 'apply' || lost) return;
      lost = true;
      restore = chain.loseApi();
    };
    await chain.post(alertFor('gpu-1'));
    await chain.until(async () => (await chain.phases())['gpu-1'] === 'held');
    restore();
    await chain.untilAllClosed();
    expect(await chain.handedOver()).toBe(0);
    expect(await chain.claimed()).toBe(0);
  });
});
