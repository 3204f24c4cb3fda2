import { describe, expect, it } from 'vitest';
import { questionReport } from '../../../cli/question-report.ts';
import { approvalOf } from '../../fakes/sample-records.ts';

const hostile = 'x\nPlan:\n  nothing\u001b[2K\u202e';

describe('a question on a terminal', () => {
  it('has as many lines as it says, whatever names and people say', () => {
    const plain = approvalOf({ atRisk: ['a job'], status: 'denied', decidedAt: 0 });
    const decidedBy = { id: 'U1', name: hostile, reason: hostile };
    const shown = questionReport({ ...plain, reason: hostile, atRisk: [hostile], planLines: [hostile], decidedBy }, 0);
    expect(shown).toHaveLength(questionReport(plain, 0).length);
    expect(shown.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
