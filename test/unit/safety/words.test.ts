import { describe, expect, it } from 'vitest';
import { describeDecision } from '../../../core/safety/approval.ts';
import { describeHandsOff } from '../../../core/safety/hands-off.ts';
import { describeHold } from '../../../core/safety/operator-hold.ts';
import { describePause } from '../../../core/safety/pause.ts';
import { describeScope } from '../../../core/safety/standing-approval.ts';

const ann = { id: 'U1', name: 'ann' };
const ben = { id: 'U2', name: 'ben' };

describe('what became of a question', () => {
  it.each<[Parameters<typeof describeDecision>[0], string]>([
    [{ status: 'approved', decidedBy: ann }, 'approved by ann'],
    [{ status: 'approved', decidedBy: ben, yeses: [ann, ben] }, 'approved by ann and ben'],
    [{ status: 'denied', decidedBy: ben, yeses: [ann] }, 'denied by ben'],
    [{ status: 'taken-over', decidedBy: ann }, 'taken over by ann'],
    [{ status: 'expired', decidedBy: null }, 'expired'],
    [{ status: 'expired', decidedBy: null, yeses: [ann] }, 'expired'],
  ])('%j is told as: %s', (approval, told) => {
    expect(describeDecision(approval)).toBe(told);
  });
});

describe('why nothing more is done', () => {
  it.each([
    [{}, 'ann denied bounce: hands off'],
    [{ said: 'jobs run' }, 'ann denied bounce ("jobs run"): hands off'],
    [{ why: 'taken-over', said: 'mine' }, 'ann took over before bounce ("mine"): hands off'],
    [{ why: 'unanswered' }, 'nobody answered about bounce in time: hands off'],
  ] as const)('%j is told as: %s', (parts, told) => {
    expect(describeHandsOff({ by: 'ann', stage: 'bounce', at: 0, ...parts })).toBe(told);
  });

  it.each([
    [60_000, '1 min'],
    [60_001, '2 min'],
  ])('a hold of %i ms is told as %s', (left, told) => {
    const hold = { reason: 'a person uncordoned the node', until: 1_000 + left };
    expect(describeHold(hold, 1_000)).toBe(`a person uncordoned the node: hands off for ${told}`);
  });

  it('a pause says its scope, who set it and why', () => {
    const scope = { type: 'pool', pool: 'gpu' } as const;
    expect(describePause({ scope, by: 'ann', reason: 'a release', since: 0, until: null })).toBe(
      'pool=gpu is paused by ann: a release',
    );
  });
});

it('a standing approval says what it covers', () => {
  const scope = { cluster: 'lab', pool: 'gpu', class: 'vxlan-wedge', rung: 'bounce' } as const;
  expect(describeScope(scope)).toBe('bounce against vxlan-wedge in pool gpu of lab');
});
