import { describe, expect, it } from 'vitest';
import { auditVerdict } from '../../../scripts/audit-verdict.ts';

const report = (counts: object, vulnerabilities: object = {}) =>
  JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: { high: 0, critical: 0, total: 0, ...counts } } });

describe('the answer of npm audit', () => {
  it('fails with a weakness that is high or critical, and names the package', () => {
    const found = report({ high: 1, total: 2 }, { bad: { severity: 'high' }, so: { severity: 'low' } });
    expect(auditVerdict(found)).toEqual({ text: '1 high, 0 critical: bad', failed: true });
    expect(auditVerdict(report({ critical: 1, total: 1 })).failed).toBe(true);
  });

  it('does not fail with a lesser one', () => {
    expect(auditVerdict(report({ total: 2 }))).toEqual({
      text: '2 known weaknesses, none of them high or critical',
      failed: false,
    });
  });

  it.each([
    ['a registry without audits', JSON.stringify({ message: '405 Method Not Allowed - POST https://a' }), '405 Method'],
    ['no answer', '', 'no report'],
    ['no JSON', 'npm error network', 'no report'],
  ])('does not fail on %s, and says that nothing was looked at', (_what, output, why) => {
    const { text, failed } = auditVerdict(output);
    expect(failed).toBe(false);
    expect(text).toContain('not looked at');
    expect(text).toContain(why);
  });
});
