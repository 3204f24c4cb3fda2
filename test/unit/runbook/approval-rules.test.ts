import { describe, expect, it } from 'vitest';
import type { ApprovalRule } from '../../../core/safety/approval-rules.ts';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;

/** An incident that only a bounce heals, in a deployment with these rules. */
function workWith(rules: readonly ApprovalRule[], heals: Work['commands']['heals'] = ['bounce']): Work {
  const work = createIncidentUnderTest({ APPROVAL_RULES: JSON.stringify(rules) });
  work.commands.heals = heals;
  return work;
}

/** Until the question has expired and what follows was done. */
async function afterSilence(work: Work) {
  await work.start();
  await work.untilAsked();
  work.advanceSeconds(900);
  await work.untilAtRest();
  const receipt = await work.store.readReceipt('lab.gpu-1.1');
  return { said: receipt.at(-1)?.summary ?? '', incident: await work.store.get('lab.gpu-1.1') };
}

describe('the rules of a team', () => {
  it('let a bounce act unasked where they say nobody', async () => {
    const work = workWith([{ rung: 'bounce', class: 'vxlan-wedge', ask: 'nobody' }]);
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.messenger.questions).toEqual([]);
  });

  it('ask before a rung that the runbook lets act', async () => {
    const work = workWith([{ rung: 'reconcile', ask: 'one' }], ['apply']);
    await work.start();
    await work.untilAsked();
    expect(work.acted()).toEqual([]);
    await answer(work, 'approved');
    expect((await work.untilClosed()).outcome).toBe('repaired');
  });

  it('make two people say yes', async () => {
    const work = workWith([{ ask: 'two', rung: 'bounce' }]);
    await work.start();
    await work.untilAsked();
    await expect(answer(work, 'approved')).rejects.toThrow('counted');
    await expect(answer(work, 'approved')).rejects.toThrow('same-person');
    expect(work.acted()).not.toContain('bounce');
    await answer(work, 'approved', { id: 'U0BEN', name: 'ben' });
    expect((await work.untilClosed()).outcome).toBe('repaired');
    const decided = (await work.store.readReceipt('lab.gpu-1.1')).find(({ event }) => event === 'approval-decided');
    expect(decided?.summary).toBe('bounce: approved by alice and ben');
  });
});

describe('when nobody answers', () => {
  it('and the rule says quarantine, that is next', async () => {
    const work = workWith([{ rung: 'restart-agent', ask: 'one', onExpiry: 'quarantine' }]);
    const { said } = await afterSilence(work);
    expect(said).toContain('is quarantined');
    expect(work.messenger.questions.map(({ stage }) => stage)).toEqual(['restart-agent']);
    expect(work.acted()).not.toContain('bounce');
  });

  it('and the rule says page, a person is called, and asked again at the next look', async () => {
    const work = workWith([{ rung: 'bounce', onExpiry: 'page' }]);
    const { said, incident } = await afterSilence(work);
    expect(said).toContain('nobody answered about bounce in time');
    expect(incident?.tried.map(({ stage }) => stage)).not.toContain('bounce');
    await work.nextRun();
    await work.untilAsked();
    expect(work.messenger.questions.map(({ stage }) => stage)).toEqual(['bounce', 'bounce']);
  });

  it('and the rule says hold, nothing more is done, in later runs either', async () => {
    const work = workWith([{ rung: 'bounce', onExpiry: 'hold' }]);
    const { said } = await afterSilence(work);
    expect(said).toContain('nobody answered about bounce in time: hands off');
    const before = work.acted();
    await work.nextRun();
    await work.untilAtRest();
    expect(work.acted()).toEqual(before);
    expect(work.messenger.questions).toHaveLength(1);
  });
});

describe('a person who takes over', () => {
  const takenOver = async () => {
    const work = workWith([]);
    const claim = claimOf({ stackId: 'restitch', incidentId: 'lab.gpu-1.1', level: 'repairing', expiresAt: 2e12 });
    await work.start();
    await work.untilAsked();
    await work.cluster.placeClaim('gpu-1', claim, work.clock());
    await work.store.update('lab.gpu-1.1', (incident) => ({ ...incident, claimed: true }));
    await answer(work, 'taken-over');
    await work.untilAtRest();
    return work;
  };
  const claimOn = async (work: Work) => {
    const node = await work.cluster.getNode('gpu-1');
    return node === undefined ? undefined : readClaim(node).type;
  };

  it('keeps the claim on the node, and nothing more is done, in later runs either', async () => {
    const work = await takenOver();
    const acted = work.acted();
    expect(await claimOn(work)).toBe('ours');
    await work.nextRun();
    await work.untilAtRest();
    expect(await claimOn(work)).toBe('ours');
    expect(work.acted()).toEqual(acted);
    const said = (await work.store.readReceipt('lab.gpu-1.1')).at(-1)?.summary;
    expect(said).toContain('alice took over before bounce: hands off');
  });

  it('gets the node back without the claim when it is well', async () => {
    const work = await takenOver();
    work.commands.broken = false;
    await work.nextRun();
    await work.untilClosed();
    expect(await claimOn(work)).toBe('none');
  });
});

describe('a snoozed question', () => {
  it('stays open beyond its first expiry, and a yes still counts', async () => {
    const work = workWith([]);
    await work.start();
    await work.untilAsked();
    await expect(answer(work, 'snoozed')).rejects.toThrow('snoozed');
    work.advanceSeconds(900);
    await work.workUntil(({ pending }) => pending !== null);
    work.advanceSeconds(600);
    await answer(work, 'approved');
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.messenger.questions).toHaveLength(1);
  });
});
