import { describe, expect, it } from 'vitest';
import { APPROVE_NEXT_ACTION } from '../../../adapters/slack/approval-button.ts';
import type { Approval } from '../../../core/safety/approval.ts';
import { PAUSE_LIST, withPause } from '../../../core/safety/pause.ts';
import { STANDING_LIST } from '../../../core/safety/standing-approval.ts';
import { type GivenStanding, giveStanding, type StandingOrder } from '../../../functions/approval/give-standing.ts';
import { createApprovalUnderTest } from '../../fakes/approval-under-test.ts';
import { createFakeUserGroups } from '../../fakes/fake-user-groups.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { briefOf } from '../../fakes/sample-records.ts';

const scope = { cluster: 'lab-1', pool: 'a100', class: 'vxlan-wedge', rung: 'bounce' } as const;
const T0 = Date.parse('2026-11-21T00:03:00Z');
const pauseOfAll = { scope: { type: 'all' }, reason: 'test', by: 'ann', since: T0, until: null } as const;

async function clicked(
  question: Partial<Approval> = {},
  rules: Parameters<typeof createApprovalUnderTest>[1] = {},
  before: (approval: Awaited<ReturnType<typeof createApprovalUnderTest>>) => unknown = () => undefined,
) {
  const approval = await createApprovalUnderTest({ brief: briefOf(), standing: scope, ...question }, rules);
  await before(approval);
  await approval.click({ action: APPROVE_NEXT_ACTION });
  const given = (await approval.safety.standing.get(STANDING_LIST))?.approvals ?? [];
  return { ...approval, given, status: (await approval.stored())?.status };
}

describe('a click on "Approve this and the next"', () => {
  it('approves this one, and gives a bounded standing approval in the name of who clicked', async () => {
    const { status, given, answers, clock } = await clicked();
    expect(status).toBe('approved');
    const now = clock.now();
    expect(given).toMatchObject([
      { number: 1, scope, most: 3, by: { id: 'U0ALICE', through: 'slack' }, givenAt: now, until: now + 30 * 60_000 },
    ]);
    expect(answers[0]?.text).toMatch(
      /^Approved\. standing approval 1 by alice: bounce against vxlan-wedge in pool a100 of lab-1, 3 of 3 left, until /,
    );
  });

  it.each<[string, Partial<Approval>, Parameters<typeof clicked>[1], string, string]>([
    ['the question may not be answered so', { standing: undefined }, {}, 'approved', 'wants a yes of its own'],
    ['two must say yes to it', { yesesNeeded: 2 }, {}, 'pending', 'Your yes is counted, this one alone'],
    ['a rule wants two now', {}, { rules: [{ pool: 'a100', ask: 'two' }] }, 'pending', 'wants a yes of its own'],
  ])('gives none where %s', async (_, question, settings, status, said) => {
    const result = await clicked(question, settings);
    expect(result.status).toBe(status);
    expect(result.given).toEqual([]);
    expect(result.answers[0]?.text).toContain(said);
  });

  it('gives none while its kind is paused, and says so', async () => {
    const { status, given, answers } = await clicked({}, {}, ({ safety }) =>
      safety.pauses.change(PAUSE_LIST, (list) => withPause(list, pauseOfAll)),
    );
    expect([status, given]).toEqual(['approved', []]);
    expect(answers[0]?.text).toContain('this one alone: all is paused by ann: test');
  });

  it('that is sent again gives no second one', async () => {
    const { click, safety } = await clicked();
    await click({ action: APPROVE_NEXT_ACTION }, { retryNum: 1 });
    expect((await safety.standing.get(STANDING_LIST))?.approvals).toHaveLength(1);
  });

  it('says that this one is approved where the table fails in between', async () => {
    const { status, answers, given } = await clicked({}, {}, ({ safety }) =>
      safety.standing.faults.next('change', 'refused'),
    );
    expect([status, given]).toEqual(['approved', []]);
    expect(answers[0]?.text).toContain('it is not known whether more was allowed');
  });
});

describe('an order for a standing approval', () => {
  const give = async (parts: Partial<StandingOrder>, rules: Parameters<typeof giveStanding>[2]['rules'] = []) => {
    const safety = createInMemorySafetyRecords();
    const groups = createFakeUserGroups({ S0NIGHT: ['U0DAN'] });
    const by = { id: 'U0ALICE', name: 'alice' };
    const order = { scope, most: 3, minutes: 30, by, from: 'command 1', ...parts };
    const given = await giveStanding(
      order,
      { safety, groups, log: createRecordingLog(), clock: () => T0 },
      { approvers: ['U0ALICE'], rules },
    );
    return { given, stored: (await safety.standing.get(STANDING_LIST))?.approvals ?? [] };
  };
  const why = (given: GivenStanding) => (given.type === 'refused' ? given.why : 'given');

  it.each<[string, Partial<StandingOrder>, string]>([
    ['once for a minute', { most: 1, minutes: 1 }, 'given'],
    ['ten times for four hours', { most: 10, minutes: 240 }, 'given'],
    ['eleven times', { most: 11 }, 'at most 10 times'],
    ['no time', { most: 0 }, 'at most 10 times'],
    ['half a time', { most: 0.5 }, 'at most 10 times'],
    ['for longer than four hours', { minutes: 241 }, 'for at most 4 hours'],
    ['for no time', { minutes: 0 }, 'for at most 4 hours'],
    ['for a drain', { scope: { ...scope, rung: 'drain' } }, 'drain always asks'],
    ['for route tables', { scope: { ...scope, rung: 'cloud-route' } }, 'cloud-route always asks'],
    ['by somebody else', { by: { id: 'U0BOB', name: 'bob' } }, 'you are not on the list of approvers'],
  ])('%s: %s', async (_, parts, said) => {
    const { given, stored } = await give(parts);
    expect(why(given)).toBe(said);
    expect(stored).toHaveLength(said === 'given' ? 1 : 0);
  });

  it('is refused where two people must say yes now', async () => {
    const { given } = await give({}, [{ when: ['0 22 * * * UTC 8h'], ask: 'two' }]);
    expect(why(given)).toContain('two people must say yes');
  });

  it('is for those who may answer such a question', async () => {
    const rules = [{ pool: 'a100', approvers: ['S0NIGHT'] }];
    expect(why((await give({}, rules)).given)).toBe('you are not on the list of approvers');
    expect(why((await give({ by: { id: 'U0DAN', name: 'dan' } }, rules)).given)).toBe('given');
  });
});
