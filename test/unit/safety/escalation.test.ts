import { describe, expect, it } from 'vitest';
import type { Approval } from '../../../core/safety/approval.ts';
import { mustEscalate } from '../../../core/safety/escalation.ts';
import { SNOOZE_MS } from '../../../core/safety/judge-answer.ts';
import { approvalOf } from '../../fakes/sample-records.ts';

const AFTER = 600;
const asked = approvalOf();
const ann = { id: 'U1', name: 'ann' };
const snoozedAt = asked.requestedAt + 300_000;
const snoozed: Partial<Approval> = { snoozedBy: ann, expiresAt: snoozedAt + SNOOZE_MS };

describe('a question that nobody answers', () => {
  it.each<[string, Partial<Approval>, number, boolean]>([
    ['just before the time', {}, asked.requestedAt + 599_999, false],
    ['at the time', {}, asked.requestedAt + 600_000, true],
    ['just before its end', {}, asked.expiresAt - 1, true],
    ['at its end', {}, asked.expiresAt, false],
    ['after it was told', { escalatedAt: 1 }, asked.requestedAt + 700_000, false],
    ['when it is answered', { status: 'approved' }, asked.requestedAt + 700_000, false],
    ['when one of two has said yes', { yesesNeeded: 2, yeses: [ann] }, asked.requestedAt + 600_000, true],
    ['just before the time after it was put off', snoozed, snoozedAt + 599_999, false],
    ['at the time after it was put off', snoozed, snoozedAt + 600_000, true],
  ])('%s is told to more people: %#', (_, parts, now, told) => {
    expect(mustEscalate(approvalOf(parts), AFTER, now)).toBe(told);
  });
});
