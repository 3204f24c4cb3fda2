import type { Evidence } from '../evidence/evidence.ts';
import { type Fared, pathMatrix } from '../evidence/path-matrix.ts';
import { type WayState, wayStates } from './way-state.ts';

/** How packets fared from one host to another when it was last measured. `at`: epoch milliseconds. */
export interface MeasuredWay {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  /** Small packets: the tunnel below, the overlay, and TCP over it. */
  readonly small: WayState;
  /** Packets as large as the sender's devices carry. */
  readonly full: WayState;
}

/** What one look measured, of all address families together: the worst counts. */
export function measuredWays(evidence: Evidence): readonly MeasuredWay[] {
  const { collectedAt, families } = pathMatrix(evidence);
  const pairs = Map.groupBy(
    families.flatMap((family) => family.pairs),
    ({ from, to }) => `${from} ${to}`,
  );
  return [...pairs.values()].flatMap((ofPair) => {
    const [first] = ofPair;
    if (first === undefined) return [];
    const small = ofPair.flatMap(({ tunnel, small, tcp }) => [tunnel, small, tcp]);
    const full = ofPair.map((pair) => pair.full);
    return [{ from: first.from, to: first.to, at: collectedAt, small: worstOf(small), full: worstOf(full) }];
  });
}

/** The newest measurement of each direction. */
export function newestWays(ways: readonly MeasuredWay[]): readonly MeasuredWay[] {
  const newest = new Map<string, MeasuredWay>();
  for (const way of ways) {
    const key = `${way.from} ${way.to}`;
    const known = newest.get(key);
    if (known === undefined || known.at < way.at) newest.set(key, way);
  }
  return [...newest.values()];
}

/** Of what was measured; `unmeasured` where nothing was. */
function worstOf(measured: readonly (Fared | null)[]): WayState {
  const states = measured.flatMap((fared) => (fared === null ? [] : [fared.state]));
  return wayStates.findLast((state) => states.some((each) => each === state)) ?? 'unmeasured';
}
