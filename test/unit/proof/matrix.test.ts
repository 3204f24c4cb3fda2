import { describe, expect, it } from 'vitest';
import { matrixReport } from '../../../proof/matrix/matrix-report.ts';
import { isRight, type MatrixRow, score } from '../../../proof/matrix/score.ts';

const missing = { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' } as const;
const narrow = { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' } as const;
const diagnosedAs = (
  diagnosed: Omit<MatrixRow['diagnosed'], 'confidence'>,
  orLabel?: MatrixRow['label'],
): MatrixRow => ({
  fault: 'fdb-flushed',
  label: missing,
  ...(orLabel === undefined ? {} : { orLabel }),
  diagnosed: { ...diagnosed, confidence: 0.97 },
  operations: 0,
  seconds: 1,
});

describe('a row of the matrix', () => {
  it('is right with its own truth, and with the second one where two faults are there', () => {
    expect(isRight(diagnosedAs(missing))).toBe(true);
    expect(isRight(diagnosedAs(narrow))).toBe(false);
    expect(isRight(diagnosedAs(narrow, narrow))).toBe(true);
    expect(isRight(diagnosedAs({ ...narrow, hostAtFault: 'gpu-2' }, narrow))).toBe(false);
  });

  it('does not mix the two truths', () => {
    const mixed = diagnosedAs({ ...missing, cause: 'path-mtu-lowered' }, narrow);
    expect(score([mixed])).toMatchObject({ classRight: 1, causeRight: 0, hostRight: 1 });
  });
});

describe('the report', () => {
  it('has a line for each family that ran, with its seconds', () => {
    const rows = [diagnosedAs(missing), { ...diagnosedAs(narrow), fault: 'lan-announced' }];
    const report = matrixReport(rows, score(rows));
    expect(report).toContain('| vxlan | 1 | 1 | 1 | 1 | 1.0 in the median, 1.0 at most |');
    expect(report).toContain('| field | 1 | 0 | 0 | 0 | 1.0 in the median, 1.0 at most |');
    expect(report).not.toContain('| native |');
  });
});
