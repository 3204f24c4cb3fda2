/** A clock that a test moves. `now` is epoch milliseconds and can be handed over as it is. */
export interface FakeClock {
  readonly now: () => number;
  advanceSeconds(seconds: number): void;
}

/** Starts on the day from which the recorded payloads come. */
export function createFakeClock(start = Date.parse('2026-11-21T00:05:00Z')): FakeClock {
  let current = start;
  return {
    now: () => Math.round(current),
    advanceSeconds: (seconds) => {
      current += seconds * 1_000;
    },
  };
}
