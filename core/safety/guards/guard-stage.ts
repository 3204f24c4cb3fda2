import type { Decision, GuardName, Verdict } from './guard.ts';
import { guardsInOrder } from './registry.ts';
import type { StageSnapshot } from './stage-snapshot.ts';

/** What one guard said, as the receipt keeps it. */
export interface RecordedDecision extends Decision {
  readonly guard: GuardName;
}

/** What the guards said together. `guard`: whose verdict it is; null where nobody objects. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly guard: GuardName | null;
  /** Every guard's decision with its inputs, in order. */
  readonly decisions: readonly RecordedDecision[];
}

/**
 * Decides whether a stage may act now. All guards are asked, for the record. The first `deny` or `wait` stands, then
 * the first `shadow`; without one, a person is asked for all reasons of those that want it.
 */
export function guardStage(snapshot: StageSnapshot): Judgement {
  const decisions = guardsInOrder.map(({ name, decide }) => ({ guard: name, ...decide(snapshot) }));
  const stops =
    decisions.find(({ verdict }) => verdict.type === 'deny' || verdict.type === 'wait') ??
    decisions.find(({ verdict }) => verdict.type === 'shadow');
  if (stops !== undefined) return { verdict: stops.verdict, guard: stops.guard, decisions };
  const asks = decisions.flatMap(({ guard, verdict }) =>
    verdict.type === 'ask' ? [{ guard, reason: verdict.reason }] : [],
  );
  const [first] = asks;
  if (first === undefined) return { verdict: { type: 'allow' }, guard: null, decisions };
  const reason = asks.map((each) => each.reason).join('; ');
  return { verdict: { type: 'ask', reason }, guard: first.guard, decisions };
}
