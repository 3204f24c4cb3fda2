import { describe, expect, it } from 'vitest';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

const claimOn = async (work: ReturnType<typeof createIncidentUnderTest>) => {
  const node = await work.cluster.getNode('gpu-1');
  return node === undefined
    ? undefined
    : { claim: readClaim(node), unschedulable: node.spec.unschedulable, taints: node.spec.taints ?? [] };
};
const free = { claim: { type: 'none' }, taints: [] };

describe('when reconcile heals the node', () => {
  it('acts once, verifies twice, never cordons the node and closes as repaired', async () => {
    const work = createIncidentUnderTest();
    await work.start();
    const incident = await work.untilClosed();
    expect(incident).toMatchObject({ outcome: 'repaired', diagnosis: 'healthy', claimed: false });
    expect(work.acted()).toEqual(['apply', 'confirm']);
    expect(await claimOn(work)).toMatchObject(free);
    expect(await work.events()).toEqual([
      'diagnosis',
      'guard',
      'plan',
      'command',
      'verification',
      'diagnosis',
      'command',
      'diagnosis',
      'closed',
    ]);
  });

  it('asks nobody', async () => {
    const work = createIncidentUnderTest();
    await work.start();
    await work.untilClosed();
    expect(work.messenger.questions).toEqual([]);
  });

  it('heals without a chat as well', async () => {
    const work = createIncidentUnderTest();
    work.messenger.down = true;
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
  });
});

describe('when the node heals by itself', () => {
  it('before the first look, nothing is touched', async () => {
    const work = createIncidentUnderTest();
    work.commands.broken = false;
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('self-recovered');
    expect(work.acted()).toEqual([]);
    expect(await work.events()).not.toContain('claimed');
  });

  it('while a person is asked, the question is withdrawn', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    await work.start();
    const asked = await work.untilAsked();
    work.commands.broken = false;
    await work.engine.completeCallback(asked.pending?.callbackId ?? '', { type: 'signal' });
    expect((await work.untilClosed()).outcome).toBe('self-recovered');
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent']);
    expect(work.messenger.settled.at(-1)?.status).toBe('withdrawn');
  });
});

describe('when reconcile does not heal the node', () => {
  it('bounces after a yes, confirms the bounce, and closes', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = ['bounce'];
    await work.start();
    await work.untilAsked();
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent']);
    await answer(work, 'approved');
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent', 'bounce', 'confirm']);
    expect(work.messenger.settled.at(-1)).toMatchObject({ status: 'approved', decidedBy: { name: 'alice' } });
  });

  it('has in the receipt who said no, where, and why', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    await work.start();
    await work.untilAsked();
    await answer(work, 'denied', { id: 'os:ann', name: 'ann', through: 'command-line', reason: 'jobs until six' });
    await work.untilAtRest();
    const receipt = await work.store.readReceipt('lab.gpu-1.1');
    const decided = receipt.find(({ event }) => event === 'approval-decided');
    expect(decided).toMatchObject({
      summary: 'bounce: denied by ann (command line, os:ann): jobs until six',
      detail: { decidedBy: { through: 'command-line', reason: 'jobs until six' } },
    });
    expect(receipt.at(-1)?.summary).toContain('ann (command line, os:ann) denied bounce ("jobs until six"): hands off');
  });

  it('keeps its hands off after a no: no quarantine, and nothing in later runs either', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    await work.start();
    await work.untilAsked();
    await answer(work, 'denied');
    await work.untilAtRest();
    await work.nextRun();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent']);
    expect(work.messenger.questions).toHaveLength(1);
    expect(await claimOn(work)).toMatchObject(free);
    const receipt = await work.store.readReceipt('lab.gpu-1.1');
    expect(receipt.at(-1)?.summary).toContain('alice denied bounce: hands off');
  });

  it('quarantines after silence, stays open with its claim, and calls a person', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    await work.start();
    await work.untilAtRest();
    expect(await claimOn(work)).toMatchObject({ claim: { claim: { level: 'quarantined' } }, unschedulable: true });
    expect(await work.capacity.read()).toMatchObject([{ node: 'gpu-1', incidentId: 'lab.gpu-1.1' }]);
  });

  it('takes silence for a no', async () => {
    const work = createIncidentUnderTest({ APPROVAL_TIMEOUT_SECONDS: '600' });
    work.commands.heals = [];
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent']);
    expect(work.messenger.settled.at(-1)?.status).toBe('expired');
  });

  it('rolls a bounce back that did not help', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    await work.start();
    await work.untilAsked();
    await answer(work, 'approved');
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent', 'bounce', 'rollback']);
  });

  it('tries no stage again in a later run, and releases the claim when the node is well', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    await work.start();
    await work.untilAtRest();
    work.commands.broken = false;
    await work.nextRun();
    expect((await work.untilClosed()).outcome).toBe('self-recovered');
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent']);
    expect(await claimOn(work)).toMatchObject(free);
  });
});

describe('when the reply to a command is lost', () => {
  it('finds the command by its key and does not send it again', async () => {
    const work = createIncidentUnderTest();
    work.commands.nextSends.push('lost-reply');
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.acted()).toEqual(['apply', 'confirm']);
  });

  it('sends again, under the same key, only when neither Run Command nor the journal knows it', async () => {
    const work = createIncidentUnderTest();
    work.commands.nextSends.push('lost-before');
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.acted()).toEqual(['apply', 'confirm']);
    expect(work.commands.sent.some(({ document }) => document === 'read-journal')).toBe(true);
  });

  it('waits out a throttle', async () => {
    const work = createIncidentUnderTest();
    work.commands.nextSends.push('throttled', 'throttled');
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.acted()).toEqual(['apply', 'confirm']);
  });
});

describe('when a person steps in', () => {
  it('a cordon from before the incident makes every stage ask, and is left where it was', async () => {
    const work = createIncidentUnderTest();
    work.cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } }));
    await work.start();
    await work.untilAsked();
    expect(work.acted()).toEqual([]);
    await answer(work, 'approved');
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(await claimOn(work)).toMatchObject({ ...free, unschedulable: true });
  });
});

describe('when the network is well before the node controller says so', () => {
  it('believes the later look, and closes', async () => {
    const work = createIncidentUnderTest();
    work.commands.broken = false;
    const { listNodes } = work.cluster;
    let looks = 0;
    work.cluster.listNodes = async () => {
      looks += 1;
      const nodes = await listNodes();
      const conditions = [{ type: 'Ready', status: looks === 1 ? 'Unknown' : 'True' }];
      return nodes.map((node) =>
        node.metadata.name === 'gpu-1' ? { ...node, status: { ...node.status, conditions } } : node,
      );
    };
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('self-recovered');
  });
});

describe('when the network passes and flanneld’s file is gone', () => {
  it('restarts flanneld, and says what is to be done by hand where that is refused', async () => {
    const work = createIncidentUnderTest();
    work.commands.broken = false;
    work.commands.reads = (evidence, host) => (host === 'gpu-1' ? { ...evidence, subnetEnv: null } : evidence);
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['restart-agent']);
    const receipt = await work.store.readReceipt('lab.gpu-1.1');
    expect(receipt.at(-1)).toMatchObject({
      event: 'handed-over',
      summary: expect.stringContaining('by hand: gpu-1: restart flanneld'),
    });
  });
});

describe('when there is nothing to work on', () => {
  it('an unknown node is handed to a person, untouched', async () => {
    const work = createIncidentUnderTest();
    await work.store.update('lab.gpu-1.1', (incident) => ({
      ...incident,
      target: { cluster: 'lab', node: 'stranger' },
    }));
    await work.start();
    await work.untilAtRest();
    expect(work.commands.sent).toEqual([]);
  });

  it('what takes capacity beyond the disruption budget waits, and is not even asked for', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    work.cluster.change('gpu-2', (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } }));
    await work.start();
    await work.untilAtRest();
    expect(work.messenger.questions).toEqual([]);
    expect(work.acted()).toEqual(['apply', 'rollback']);
  });
});
