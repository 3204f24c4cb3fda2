import { describe, expect, it } from 'vitest';
import { PAUSE_LIST, withoutPause, withPause } from '../../../core/safety/pause.ts';
import { STANDING_LIST, type WantedStanding, withStanding } from '../../../core/safety/standing-approval.ts';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;

const scope = { cluster: 'lab', pool: 'gpu', class: 'vxlan-wedge', rung: 'bounce' } as const;
const alice = { id: 'U0ALICE', name: 'alice', through: 'slack' } as const;

/** An incident of gpu-1, in pool gpu, that only a bounce heals. */
function workIn(environment: Readonly<Record<string, string>> = {}): Work {
  const work = createIncidentUnderTest(environment);
  work.commands.heals = ['bounce'];
  work.cluster.change('gpu-1', (node) => ({
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, 'restitch.dev/pool': 'gpu' } },
  }));
  return work;
}

async function give({ safety, clock }: Work, parts: Partial<WantedStanding> = {}): Promise<void> {
  const now = clock();
  const wanted = {
    scope,
    by: alice,
    from: 'test',
    most: 2,
    givenAt: now,
    until: now + 1_800_000,
    pausesSet: 0,
    ...parts,
  };
  await safety.standing.change(STANDING_LIST, (list) => withStanding(list, wanted));
}

const uses = async ({ safety }: Work) => (await safety.standing.get(STANDING_LIST))?.approvals[0]?.uses.length;

describe('a standing approval', () => {
  it('answers the question: nobody is asked, and receipt and chat say who has given it', async () => {
    const work = workIn();
    await give(work);
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(await uses(work)).toBe(1);
    const receipt = await work.store.readReceipt('lab.gpu-1.1');
    expect(receipt.map(({ event }) => event)).not.toContain('approval-requested');
    const decided = receipt.find(({ event }) => event === 'approval-decided');
    expect(decided?.summary).toBe('bounce: approved by alice (standing approval 1, use 1 of 2)');
  });

  it('is told in the thread of the incident, without buttons to press', async () => {
    const work = workIn();
    await give(work);
    await work.start();
    await work.untilClosed();
    const [told, ...more] = work.messenger.questions;
    expect(more).toEqual([]);
    expect(told).toMatchObject({ status: 'approved', decidedBy: { id: 'U0ALICE', standing: { number: 1, use: 1 } } });
    expect(work.messenger.threads).toEqual(['1']);
  });

  it.each<[string, Partial<WantedStanding>]>([
    ['another cluster', { scope: { ...scope, cluster: 'eu' } }],
    ['another pool', { scope: { ...scope, pool: 'research' } }],
    ['another class', { scope: { ...scope, class: 'missing-route' } }],
    ['another rung', { scope: { ...scope, rung: 'quarantine' } }],
    ['no time any more', { until: 0 }],
    ['a time before a pause', { pausesSet: -1 }],
  ])('for %s answers nothing: a person is asked', async (_, parts) => {
    const work = workIn();
    await give(work, parts);
    await work.start();
    await work.untilAsked();
    expect(work.messenger.questions).toMatchObject([{ status: 'pending', standing: scope }]);
    expect(await uses(work)).toBe(0);
  });

  it('that was given before a pause does not count after it', async () => {
    const work = workIn();
    await give(work);
    const pause = {
      scope: { type: 'class', class: 'missing-route' },
      reason: 'x',
      by: 'ann',
      since: 0,
      until: null,
    } as const;
    await work.safety.pauses.change(PAUSE_LIST, (list) => withPause(list, pause));
    await work.safety.pauses.change(PAUSE_LIST, (list) => withoutPause(list, pause.scope, 1));
    await work.start();
    await work.untilAsked();
    expect(await uses(work)).toBe(0);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['two people must say yes', { APPROVAL_RULES: '[{"rung":"bounce","ask":"two"}]' }],
    [
      'two people must say yes because nobody knows how many GPUs are at risk',
      { APPROVAL_RULES: '[{"twoAboveGpus":1}]' },
    ],
  ])('answers nothing where %s', async (_, environment) => {
    const work = workIn(environment);
    work.cluster.workload = { type: 'unknown', reason: 'no rights' };
    await give(work);
    await work.start();
    await work.untilAsked();
    expect(work.messenger.questions).toMatchObject([{ status: 'pending', yesesNeeded: 2 }]);
    expect(work.messenger.questions[0]).not.toHaveProperty('standing');
    expect(await uses(work)).toBe(0);
  });

  it('answers nothing about a node that somebody has cordoned: that asks about this node', async () => {
    const work = workIn();
    work.cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } }));
    await give(work);
    await work.start();
    await work.untilAsked();
    expect(work.messenger.questions.at(-1)).not.toHaveProperty('standing');
    expect(await uses(work)).toBe(0);
  });

  it('does not take the place of a No', async () => {
    const work = workIn();
    await work.start();
    await work.untilAsked();
    await give(work);
    await answer(work, 'denied');
    await work.untilAtRest();
    expect(await uses(work)).toBe(0);
    expect(work.acted()).not.toContain('bounce');
  });

  it('is used up by one question only where a step is repeated after a crash', async () => {
    const work = workIn();
    await give(work);
    const { decide } = work.approvals;
    let failures = 2;
    work.approvals.decide = async (...parts) => {
      if (failures-- > 0) throw new Error('the process died');
      return decide(...parts);
    };
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(await uses(work)).toBe(1);
  });
});

describe('a rule with windows', () => {
  const at = (when: string, rule: object = {}) =>
    workIn({ APPROVAL_RULES: JSON.stringify([{ when: [when], ...rule }]) });

  it.each([
    ['* * * * * UTC 1h', true],
    ['0 0 1 1 * UTC 1m', false],
  ])('%s that asks nobody counts: %s', async (when, counts) => {
    const work = at(when, { rung: 'bounce', ask: 'nobody' });
    await work.start();
    if (counts) expect((await work.untilClosed()).outcome).toBe('repaired');
    else await work.untilAsked();
    expect(work.messenger.questions).toHaveLength(counts ? 0 : 1);
  });

  it('and a zone that does not exist is refused', () => {
    expect(() => at('0 22 * * * Mars/Olympus 8h')).toThrow();
  });
});
