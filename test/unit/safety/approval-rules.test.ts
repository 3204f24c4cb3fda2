import { describe, expect, it } from 'vitest';
import { readWindows } from '../../../adapters/cron/read-windows.ts';
import { ApprovalRule, ruleFor, rulesInForce, yesesNeeded } from '../../../core/safety/approval-rules.ts';

const bounceInA = { class: 'vxlan-wedge', rung: 'bounce', pools: ['a'] } as const;

describe('the rule for a question', () => {
  it.each<[string, ApprovalRule, boolean]>([
    ['no filter', {}, true],
    ['its class', { class: 'vxlan-wedge' }, true],
    ['another class', { class: 'missing-route' }, false],
    ['its rung', { rung: 'bounce' }, true],
    ['another rung', { rung: 'quarantine' }, false],
    ['its pool', { pool: 'a' }, true],
    ['another pool', { pool: 'b' }, false],
    ['its class and another rung', { class: 'vxlan-wedge', rung: 'drain' }, false],
  ])('with %s fits: %s → %s', (_, rule, fits) => {
    expect(ruleFor([rule], bounceInA) !== undefined).toBe(fits);
  });

  it('is the first that fits', () => {
    const rules: ApprovalRule[] = [{ rung: 'drain' }, { pool: 'a', ask: 'two' }, { ask: 'one' }];
    expect(ruleFor(rules, bounceInA)).toEqual({ pool: 'a', ask: 'two' });
    expect(ruleFor(rules, { ...bounceInA, pools: ['b'] })).toEqual({ ask: 'one' });
  });

  it.each<[readonly string[], boolean, boolean]>([
    [['a'], true, true],
    [['a', 'b'], true, false],
    [['a', ''], true, false],
    [['b'], false, false],
    [[], false, false],
  ])('of pool a, for hosts in %j, asks: %s, and lifts the question: %s', (pools, asks, lifts) => {
    const subject = { ...bounceInA, pools };
    expect(ruleFor([{ pool: 'a', ask: 'two' }], subject) !== undefined).toBe(asks);
    expect(ruleFor([{ pool: 'a', ask: 'nobody' }], subject) !== undefined).toBe(lifts);
  });
});

describe('the number of people who must say yes', () => {
  it.each<[ApprovalRule | undefined, number | null, number]>([
    [undefined, 800, 1],
    [{ ask: 'one' }, 800, 1],
    [{ ask: 'two' }, 0, 2],
    [{ twoAboveGpus: 8 }, 7, 1],
    [{ twoAboveGpus: 8 }, 8, 1],
    [{ twoAboveGpus: 8 }, 9, 2],
    [{ twoAboveGpus: 8 }, null, 2],
    [{ twoAboveGpus: 0 }, 0, 1],
    [undefined, null, 1],
    [{ ask: 'one' }, null, 1],
  ])('by %j with %s GPUs at risk is %i', (rule, gpus, people) => {
    expect(yesesNeeded(rule, gpus)).toBe(people);
  });
});

const night: ApprovalRule = { ask: 'two', when: ['0 22 * * * Europe/Berlin 8h'] };

describe('a rule with windows', () => {
  const inForce = (rule: ApprovalRule, time: string) =>
    rulesInForce([rule], readWindows, Date.parse(time)).length === 1;

  it.each([
    ['before it begins', '2026-11-21T20:59:59Z', false],
    ['from its begin', '2026-11-21T21:00:00Z', true],
    ['over midnight', '2026-11-22T04:59:59Z', true],
    ['at its end', '2026-11-22T05:00:00Z', false],
    ['in summer, when Berlin is two hours ahead', '2026-07-01T20:00:00Z', true],
    ['in summer, at its end', '2026-07-02T04:00:00Z', false],
  ])('%s', (_, time, counts) => {
    expect(inForce(night, time)).toBe(counts);
  });

  it('counts at any time where it has none', () => {
    expect(inForce({ ask: 'nobody' }, '2026-11-21T12:00:00Z')).toBe(true);
  });

  it('counts in each of them', () => {
    const rule: ApprovalRule = { ask: 'two', when: ['0 22 * * * UTC 1h', '0 9 * * * UTC 1h'] };
    expect(inForce(rule, '2026-11-22T09:30:00Z')).toBe(true);
    expect(inForce(rule, '2026-11-22T22:30:00Z')).toBe(true);
    expect(inForce(rule, '2026-11-22T12:00:00Z')).toBe(false);
  });

  it.each([
    ['two', true],
    ['nobody', false],
  ] as const)('that cannot be read and asks %s counts: %s', (ask, counts) => {
    expect(inForce({ ask, when: ['0 22 * * * Mars/Olympus 8h'] }, '2026-11-22T22:30:00Z')).toBe(counts);
  });
});

describe('a rule without a mistake', () => {
  it.each<[ApprovalRule]>([[night], [{ class: 'vxlan-wedge', rung: 'bounce', pool: 'a', ask: 'one' }], [{}]])(
    '%j is taken',
    (rule) => {
      expect(ApprovalRule.safeParse(rule).success).toBe(true);
    },
  );
});

describe('a rule with a mistake', () => {
  it('is refused with what is wrong in its window', () => {
    const { error } = ApprovalRule.safeParse({ when: ['at night'] });
    expect(error?.issues[0]?.message).toContain('is not MINUTE HOUR');
  });

  it.each([
    { ask: 'anybody' },
    { rung: 'reboot' },
    { class: 'gremlins' },
    { approvers: [] },
    { twoAboveGpus: -1 },
    { onExpiry: 'approve' },
    { aproval: 'one' },
    { when: [] },
    { when: [' '] },
    { when: ['at night'] },
    { when: ['0 22 * * * UTC 9d'] },
    { when: ['0 22 * * * UTC 1h; 0 9 * * * UTC 1h'] },
  ])('%j is refused', (rule) => {
    expect(ApprovalRule.safeParse(rule).success).toBe(false);
  });
});
