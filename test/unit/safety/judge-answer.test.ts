import { describe, expect, it } from 'vitest';
import type { Answer, Approval } from '../../../core/safety/approval.ts';
import { judgeAnswer, SNOOZE_MS } from '../../../core/safety/judge-answer.ts';
import { approvalOf } from '../../fakes/sample-records.ts';

const question = approvalOf();
const { planDigest, requestedAt, expiresAt } = question;
const ann = { id: 'U1', name: 'ann' };
const ben = { id: 'U2', name: 'ben' };
const anyone = () => true;

function judge(approval: Approval, parts: Partial<Answer> = {}, now = requestedAt, mayAnswer: () => boolean = anyone) {
  const judged = judgeAnswer(approval, { planDigest, decision: 'approved', by: ann, ...parts }, now, mayAnswer);
  return judged.type === 'store' ? { as: judged.as, next: judged.next } : { as: judged.decision.type, next: undefined };
}

describe('an answer', () => {
  it.each([
    ['approved', 'approved'],
    ['denied', 'denied'],
    ['taken-over', 'taken-over'],
  ] as const)('%s settles the question', (decision, status) => {
    expect(judge(question, { decision })).toMatchObject({
      as: 'decided',
      next: { status, decidedBy: ann, decidedAt: requestedAt },
    });
  });

  it.each<[string, Partial<Approval>, Partial<Answer>, number, string]>([
    ['about another plan', {}, { planDigest: 'e'.repeat(64) }, requestedAt, 'digest-mismatch'],
    ['to a denied question', { status: 'denied' }, {}, requestedAt, 'already'],
    ['to a question that was taken over', { status: 'taken-over' }, {}, requestedAt, 'already'],
    ['to a withdrawn question', { status: 'withdrawn' }, {}, requestedAt, 'already'],
    ['at the expiry', {}, {}, expiresAt, 'expired'],
    ['of a snooze after the expiry', {}, { decision: 'snoozed' }, expiresAt, 'expired'],
  ])('%s changes nothing', (_, stored, answer, now, why) => {
    expect(judge(approvalOf(stored), answer, now)).toEqual({ as: why, next: undefined });
  });

  it('of somebody who may not answer changes nothing, and does not tell whether the plan is the right one', () => {
    const nobody = () => false;
    expect(judge(question, {}, requestedAt, nobody).as).toBe('not-allowed');
    expect(judge(question, { planDigest: 'e'.repeat(64) }, requestedAt, nobody).as).toBe('not-allowed');
  });
});

it('a yes to a question for one person changes nothing but the decision', () => {
  expect(judge(question).next).toEqual({
    ...question,
    status: 'approved',
    decidedBy: ann,
    decidedAt: requestedAt,
  });
});

describe('a question for one person, answered when the rules want two', () => {
  const yes = (approval: Approval, by = ann) =>
    judgeAnswer(approval, { planDigest, decision: 'approved', by }, requestedAt, anyone, () => 2);

  it('stays open after the first yes', () => {
    expect(yes(question)).toMatchObject({ as: 'counted', next: { status: 'pending', yesesNeeded: 2, yeses: [ann] } });
  });

  it('is approved by the second', () => {
    const first = yes(question);
    const second = first.type === 'store' ? yes(first.next, ben) : first;
    expect(second).toMatchObject({ as: 'decided', next: { status: 'approved', yeses: [ann, ben] } });
  });

  it('is denied by one', () => {
    const no = judgeAnswer(question, { planDigest, decision: 'denied', by: ann }, requestedAt, anyone, () => 2);
    expect(no).toMatchObject({ as: 'decided', next: { status: 'denied' } });
  });
});

it('a question for two people wants two also when the rules want one now', () => {
  const two = approvalOf({ yesesNeeded: 2 });
  const judged = judgeAnswer(two, { planDigest, decision: 'approved', by: ann }, requestedAt, anyone, () => 1);
  expect(judged).toMatchObject({ as: 'counted' });
});

describe('a question that needs two people', () => {
  const two = approvalOf({ yesesNeeded: 2 });

  it('stays open after the first yes, and is approved by the second', () => {
    const first = judge(two);
    expect(first).toMatchObject({ as: 'counted', next: { status: 'pending', yeses: [ann], decidedBy: null } });
    const second = judge(first.next ?? two, { by: ben });
    expect(second).toMatchObject({ as: 'decided', next: { status: 'approved', yeses: [ann, ben], decidedBy: ben } });
  });

  it('does not count one person twice, whatever name they have now', () => {
    expect(judge({ ...two, yeses: [ann] }, { by: { ...ann, name: 'ben' } }).as).toBe('same-person');
  });

  it.each([
    ['two sessions of one role', 'assumed-role/Ops/ann', 'assumed-role/Ops/ben', 'same-person'],
    ['sessions of two roles', 'assumed-role/Ops/ann', 'assumed-role/Leads/ann', 'decided'],
    [
      'two people of Identity Center',
      'assumed-role/AWSReservedSSO_Ops_1/ann',
      'assumed-role/AWSReservedSSO_Ops_1/ben',
      'decided',
    ],
  ])('is answered by %s: %s, then %s → %s', (_, first, second, as) => {
    const sts = 'arn:aws:sts::111122223333:';
    const yeses = [{ id: `${sts}${first}`, name: 'ann' }];
    expect(judge({ ...two, yeses }, { by: { id: `${sts}${second}`, name: 'ben' } }).as).toBe(as);
  });

  it.each(['denied', 'taken-over'] as const)('is %s by one person, also by the one who said yes', (decision) => {
    expect(judge({ ...two, yeses: [ann] }, { decision })).toMatchObject({ as: 'decided', next: { status: decision } });
  });
});

describe('a snooze', () => {
  it('keeps the question open for half an hour from now', () => {
    expect(judge(question, { decision: 'snoozed' })).toMatchObject({
      as: 'snoozed',
      next: { status: 'pending', expiresAt: requestedAt + SNOOZE_MS, snoozedBy: ann },
    });
  });

  it('keeps no question open for longer than four hours, and never shortens it', () => {
    const end = requestedAt + 4 * 3_600_000;
    const late = approvalOf({ expiresAt: end - 60_000 });
    expect(judge(late, { decision: 'snoozed' }, end - 120_000).next?.expiresAt).toBe(end);
    expect(judge(approvalOf({ expiresAt: end }), { decision: 'snoozed' }, end - 120_000).as).toBe('snoozed-enough');
    expect(judge(approvalOf({ expiresAt: end }), { decision: 'snoozed' }, requestedAt).as).toBe('snoozed-enough');
  });
});
