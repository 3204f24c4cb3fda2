import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answererOf,
  revokeStanding,
  type StandingList,
  standingInForce,
  standingUsedFor,
  type WantedStanding,
  withStanding,
  withUse,
} from '../../../core/safety/standing-approval.ts';

const scope = { cluster: 'eu', pool: 'gpu', class: 'vxlan-wedge', rung: 'bounce' } as const;
const ann = { id: 'U0ANN', name: 'ann' };
const wanted: WantedStanding = {
  scope,
  by: ann,
  from: 'eu.gpu-1.1.bounce.1',
  most: 3,
  givenAt: 1_000,
  until: 61_000,
  pausesSet: 4,
};
const at = { now: 2_000, pausesSet: 4 };
const given = (parts: Partial<WantedStanding> = {}) => withStanding(undefined, { ...wanted, ...parts });
const use = (list: StandingList | undefined, approvalId: string, parts: object = {}, when = at) =>
  withUse(list, { approvalId, scope: { ...scope, ...parts } }, when);

describe('a standing approval', () => {
  it('answers a question of its kind once, in the name of who gave it', () => {
    const list = use(given(), 'q1');
    const used = standingUsedFor(list, 'q1');
    expect(used && answererOf(used, 'q1')).toEqual({
      ...ann,
      standing: { number: 1, use: 1, most: 3, until: 61_000 },
    });
    expect(use(list, 'q1')).toBeUndefined();
    expect(use(undefined, 'q1')).toBeUndefined();
    expect(used && answererOf(used, 'q2')).toBeUndefined();
    expect(standingUsedFor(undefined, 'q1')).toBeUndefined();
  });

  it.each([[{ cluster: 'us' }], [{ pool: 'cpu' }], [{ class: 'missing-route' }], [{ rung: 'restart-agent' }]])(
    'answers nothing else: %j',
    (parts) => {
      expect(use(given(), 'q1', parts)).toBeUndefined();
    },
  );

  it.each([
    ['until its end', 60_999, 4, true],
    ['not at its end', 61_000, 4, false],
    ['not after a pause was set, whatever it stops and whether it is over', 2_000, 5, false],
    ['not where the count of pauses was lost', 2_000, 0, false],
  ])('counts %s', (_, now, pausesSet, counts) => {
    expect(use(given(), 'q1', {}, { now, pausesSet }) !== undefined).toBe(counts);
    expect(standingInForce(given(), { now, pausesSet })).toHaveLength(counts ? 1 : 0);
  });

  it('counts no more often than was said', () => {
    let list = given({ most: 2 });
    for (const question of ['q1', 'q2']) list = use(list, question);
    expect(use(list, 'q3')).toBeUndefined();
    expect(standingInForce(list, at)).toEqual([]);
  });

  it('ends when it is revoked, and cannot be revoked twice', () => {
    const list = revokeStanding(given(), 1, 'U0BEN', at);
    expect(use(list, 'q1')).toBeUndefined();
    expect(list?.approvals[0]?.revokedBy).toBe('U0BEN');
    expect(revokeStanding(list, 1, 'U0BEN', at)).toBeUndefined();
    expect(revokeStanding(given(), 2, 'U0BEN', at)).toBeUndefined();
  });

  it('is given once for a click or a command that is sent again', () => {
    expect(withStanding(given(), wanted)).toBeUndefined();
    expect(withStanding(given(), { ...wanted, from: 'another' })?.approvals).toHaveLength(2);
  });

  it('that ends first is used first', () => {
    const list = withStanding(given(), { ...wanted, from: 'another', until: 31_000 });
    const used = use(list, 'q1');
    expect(standingUsedFor(used, 'q1')?.number).toBe(2);
    expect(used?.approvals.map(({ uses }) => uses.length)).toEqual([0, 1]);
    const revoked = revokeStanding(list, 2, 'U0BEN', at);
    expect(revoked?.approvals.map(({ revokedBy }) => revokedBy)).toEqual([null, 'U0BEN']);
    expect(standingUsedFor(use(revoked, 'q1'), 'q1')?.number).toBe(1);
  });

  it('is forgotten a day after its end, and its number is not given again', () => {
    const later = { ...wanted, from: 'later', givenAt: 61_000 + 24 * 3_600_000 };
    expect(withStanding(given(), later)?.approvals.map(({ number }) => number)).toEqual([2]);
    const before = { ...later, givenAt: later.givenAt - 1 };
    expect(withStanding(given(), before)?.approvals.map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('whatever questions come, in any order and repeated', () => {
  it('no more of them are answered than was said', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 60 }),
        (most, questions) => {
          let list = given({ most });
          for (const question of questions) list = use(list, `q${question}`) ?? list;
          const answered = [...new Set(questions)].filter((each) => standingUsedFor(list, `q${each}`) !== undefined);
          expect(answered).toHaveLength(Math.min(most, new Set(questions).size));
        },
      ),
    );
  });
});
