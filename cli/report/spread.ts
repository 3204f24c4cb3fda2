/** What is typical of some lengths of time, and what is rarely exceeded; seconds. `count` of them are known. */
export interface Spread {
  readonly count: number;
  readonly median: number | null;
  /** By nearest rank: the smallest value that nine tenths of all do not exceed. */
  readonly p90: number | null;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const lower = sorted[Math.floor((count - 1) / 2)];
  const upper = sorted[Math.floor(count / 2)];
  return {
    count,
    median: lower === undefined || upper === undefined ? null : (lower + upper) / 2,
    p90: sorted[Math.ceil(count * 0.9) - 1] ?? null,
  };
}
