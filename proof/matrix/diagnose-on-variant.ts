import type { Evidence } from '../../core/evidence/evidence.ts';
import type { Fault } from '../../lab/fault.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { withVariantFleet } from '../with-variant-fleet.ts';
import { diagnoseFault } from './diagnose-fault.ts';
import { isRight, type MatrixRow } from './score.ts';

/** Told of every fault: what it was diagnosed as, or why it could not be made or diagnosed. */
export interface MatrixProgress {
  readonly diagnosed: (row: MatrixRow, evidence: Evidence) => Promise<void> | void;
  readonly failed: (fault: Fault, why: string) => void;
}

/** Runs faults on one fleet, which is cleared between them and removed at the end. Gives `stopped` when that resolves first. */
export function diagnoseOnVariant(
  variant: LabVariant,
  faults: readonly Fault[],
  progress: MatrixProgress,
  stopped: Promise<'stopped'>,
): Promise<'done' | 'stopped'> {
  return withVariantFleet(variant, async ({ fleet, source, config }) => {
    for (const [index, fault] of faults.entries()) {
      if (index > 0) await fleet.clear();
      const result = await Promise.race([diagnoseFault(fleet, fault, source, config).catch(String), stopped]);
      if (result === 'stopped') return 'stopped';
      if (typeof result === 'string') progress.failed(fault, result);
      else await progress.diagnosed(result.row, result.evidence);
    }
    return 'done';
  });
}

/** One line for the terminal. */
export function progressLine(row: MatrixRow): string {
  const { fault, label, diagnosed, operations, seconds } = row;
  const truth = `${label.class}/${label.cause}@${label.hostAtFault ?? '-'}`;
  const said = `${diagnosed.class}/${diagnosed.cause}@${diagnosed.hostAtFault ?? '-'}`;
  const verdict = isRight(row) ? `right: ${truth}` : `WRONG: ${truth} was called ${said}, ${operations} operations`;
  return `${seconds.toFixed(1).padStart(5)} s  ${fault.padEnd(34)} ${diagnosed.confidence.toFixed(2)}  ${verdict}`;
}
