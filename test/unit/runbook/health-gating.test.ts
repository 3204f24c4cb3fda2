import { describe, expect, it } from 'vitest';
import { CLAIM_TAINT } from '../../../core/safety/node-claim.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const gating = { GATE_AFTER_SECONDS: '300', APPROVAL_TIMEOUT_SECONDS: '7200', COOLDOWN_SECONDS: '' };
const alert = (parts = {}) =>
  rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node: 'gpu-1' }, ...parts });

/** The real chain, with a pass of sweep every minute; gpu-1 is sick. */
function setUp(environment: Readonly<Record<string, string>> = {}) {
  const chain = createChainUnderTest({ ...gating, ...environment });
  const { store, cluster } = chain.ports;
  const node = async () => (await cluster.getNode('gpu-1')) ?? expect.fail('no gpu-1');
  const incident = async () => (await chain.incidents())[0] ?? expect.fail('no incident');
  const taint = async () => (await node()).spec.taints?.find(({ key }) => key === CLAIM_TAINT)?.value;
  return {
    ...chain,
    node,
    incident,
    taint,
    isTainted: async () => (await taint()) !== undefined,
    isAsked: async () => (await incident()).pending !== null,
    closed: async () => (await incident()).phase === 'closed',
    words: async () => (await store.readReceipt((await incident()).incidentId)).map(({ summary }) => summary),
    /** A person removes our taint. */
    untaint: () => cluster.change('gpu-1', (each) => ({ ...each, spec: { ...each.spec, taints: [] } })),
  };
}

describe('a node whose incident waits for approval', () => {
  it('is tainted after the configured time, stays so while the bounce works, and is free after the verified repair', {
    timeout: 60_000,
  }, async () => {
    const work = setUp();
    work.commands.heals = ['bounce'];
    await work.post(alert());
    await work.until(work.isAsked);
    const since = (await work.incident()).sick?.since ?? 0;
    await work.until(work.isTainted);
    expect(await work.taint()).toBe('gated');
    expect((await work.node()).spec.unschedulable).toBeUndefined();
    expect(work.clock.now() - since).toBeGreaterThanOrEqual(300_000);
    expect(work.clock.now() - since).toBeLessThanOrEqual(362_000);
    await work.approveAll();
    await work.until(async () => (await work.taint()) === 'repairing');
    await work.until(work.closed);
    expect(await work.incident()).toMatchObject({ outcome: 'repaired', claimed: false });
    expect(await work.isTainted()).toBe(false);
    await work.sweep();
    expect(await work.ports.capacity.read()).toEqual([]);
  });

  it('stays tainted when the bounce does not heal it and quarantine follows, until it is well', {
    timeout: 60_000,
  }, async () => {
    const work = setUp();
    work.commands.heals = [];
    await work.post(alert());
    await work.until(work.isAsked);
    await work.until(work.isTainted);
    const seen = new Set<string | undefined>();
    const { releaseClaim } = work.ports.cluster;
    work.ports.cluster.releaseClaim = async (...args) => {
      const outcome = await releaseClaim(...args);
      seen.add(await work.taint());
      return outcome;
    };
    await work.approveAll();
    await work.until(async () => (await work.incident()).phase === 'handed-over');
    expect(await work.taint()).toBe('quarantined');
    expect(seen).toEqual(new Set(['gated']));
    work.commands.broken = false;
    await work.until(work.closed);
    expect(await work.isTainted()).toBe(false);
    expect((await work.node()).spec.unschedulable).toBeUndefined();
  });
});

describe('a node whose incident was handed over', () => {
  it('is tainted, and free again when it recovers later by itself', { timeout: 60_000 }, async () => {
    const work = setUp({ MAINTENANCE_WINDOWS: '0 0 1 1 * UTC 1h' });
    work.commands.heals = [];
    await work.post(alert());
    await work.until(async () => (await work.incident()).phase === 'handed-over');
    expect(await work.isTainted()).toBe(false);
    await work.until(work.isTainted);
    work.commands.broken = false;
    await work.until(work.closed);
    expect(await work.incident()).toMatchObject({ outcome: 'self-recovered' });
    expect(await work.isTainted()).toBe(false);
  });

  it('is never tainted in shadow, and the timeline says that it would be', { timeout: 60_000 }, async () => {
    const work = setUp({ REPAIR_MODE: 'shadow' });
    await work.post(alert());
    await work.until(async () => (await work.words()).some((words) => words.startsWith('shadow: would taint gpu-1')));
    expect(await work.isTainted()).toBe(false);
    expect((await work.incident()).claimed).toBe(false);
  });
});

describe('a person who removes the taint', () => {
  it('while the question waits ends the incident, and the next one leaves the node alone for the cool-off', {
    timeout: 60_000,
  }, async () => {
    const work = setUp({ COOL_OFF_SECONDS: '3600' });
    work.commands.heals = ['bounce'];
    await work.post(alert());
    await work.until(work.isAsked);
    await work.until(work.isTainted);
    work.untaint();
    await work.until(work.closed, 70);
    expect(await work.incident()).toMatchObject({ outcome: 'cancelled' });
    expect(await work.ports.approvals.listPending()).toEqual([]);
    await work.post(alert({ fingerprint: 'again' }));
    await work.until(async () => (await work.incident()).phase === 'handed-over');
    const acted = work.acted().length;
    await work.until(async () => work.clock.now() - (await work.incident()).openedAt > 900_000);
    expect(await work.isTainted()).toBe(false);
    expect(work.acted()).toHaveLength(acted);
    expect((await work.words()).join('\n')).toContain('a person removed the taint restitch.dev/network: hands off');
  });
});

describe('where the network is well again and the node is not Ready', () => {
  it('the taint goes, although the incident stays with a person', { timeout: 60_000 }, async () => {
    const work = setUp({ MAINTENANCE_WINDOWS: '0 0 1 1 * UTC 1h' });
    work.commands.heals = [];
    await work.post(alert());
    await work.until(work.isTainted);
    work.commands.broken = false;
    work.ports.cluster.change('gpu-1', (each) => ({
      ...each,
      status: { ...each.status, conditions: [{ type: 'Ready', status: 'False' }] },
    }));
    await work.until(async () => !(await work.isTainted()));
    expect(await work.incident()).toMatchObject({ phase: expect.not.stringMatching('closed') });
  });
});
