import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { type Decided, decideAgain } from './decide-again.ts';
import { type RecordedDecision, type RecordedStage, recordedDecisions } from './recorded-decision.ts';

/** A decision that today's code makes in another way. */
export interface Difference {
  readonly entryId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly before: Decided;
  readonly now: Decided;
  /** What differs, one phrase each. */
  readonly changes: readonly string[];
}

export interface Replayed {
  readonly incidentId: string;
  /** How many decisions were made again. */
  readonly decisions: number;
  readonly differences: readonly Difference[];
  /** Why other decisions could not be made again. */
  readonly notKept: readonly string[];
}

/** Makes the decisions of an incident again. `receipt`: its own, in the order of time. */
export function replayReceipt(incidentId: string, receipt: readonly ReceiptEntry[]): Replayed {
  const { decisions, notKept } = recordedDecisions(receipt);
  const drains = decisions.some(({ planned }) => planned?.stage === 'drain');
  const differences = decisions.flatMap((recorded) => differenceOf(recorded, decideAgain(recorded, drains)));
  return { incidentId, decisions: decisions.length, differences, notKept };
}

function differenceOf({ entryId, at, diagnosis, planned }: RecordedDecision, now: Decided): readonly Difference[] {
  const { class: faultClass, cause, hostAtFault } = now.diagnosis;
  const changes = [
    ...changed('class', diagnosis.class, faultClass),
    ...changed('cause', diagnosis.cause, cause),
    ...changed('host', diagnosis.hostAtFault ?? 'none', hostAtFault ?? 'none'),
    ...(planned === undefined ? [] : changesOfPlan(planned, now.planned ?? null)),
  ];
  return changes.length === 0 ? [] : [{ entryId, at, before: { diagnosis, planned }, now, changes }];
}

function changed(name: string, before: string, now: string): readonly string[] {
  return before === now ? [] : [`${name} ${before} → ${now}`];
}

/** A stage that does other things counts as another plan; the order of its lines is the order in which it does them. */
function changesOfPlan(before: RecordedStage | null, now: RecordedStage | null): readonly string[] {
  const stages = changed('plan', before?.stage ?? 'nothing', now?.stage ?? 'nothing');
  if (stages.length > 0 || before?.lines === undefined || now?.lines === undefined) return stages;
  if (before.lines.join('\n') === now.lines.join('\n')) return [];
  const gone = without(before.lines, now.lines);
  const come = without(now.lines, before.lines);
  return [`plan ${now.stage}: ${gone === 0 && come === 0 ? 'another order' : `-${gone} +${come} lines`}`];
}

/** How many of the lines are not among the others. */
function without(lines: readonly string[], others: readonly string[]): number {
  return lines.filter((line) => !others.includes(line)).length;
}
