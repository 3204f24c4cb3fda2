import { rememberObject } from '../../../core/remember.ts';
import type { CommandRunner } from '../../../core/runbook/node-command.ts';

/** So many of the latest commands count. */
const COUNTED = 10;
/** A command may be faster than those before it. */
const SHARE_OF_FASTEST = 0.8;
/** Run Command needs this long to hand a command over. */
const LEAST_MS = 150;
/** A slow hour must not delay a fast answer by more. */
const MOST_MS = 3_000;

/** How fast Run Command was lately. Milliseconds, from the sending of a command until its answer was seen. */
export interface Pace {
  /** When to ask for the first time: shortly before the fastest of the latest commands had ended. */
  firstPauseMs(): number;
  took(milliseconds: number): void;
}

/** Of one process. What is asked earlier is asked in vain, and counts against the rates of the account. */
export const paceOf = rememberObject((_commands: CommandRunner): Pace => {
  let lately: readonly number[] = [];
  return {
    firstPauseMs: () => {
      const [fastest = 0] = lately.toSorted((a, b) => a - b);
      const pause = fastest * SHARE_OF_FASTEST;
      if (pause < LEAST_MS) return LEAST_MS;
      return pause > MOST_MS ? MOST_MS : pause;
    },
    took: (milliseconds) => {
      lately = [...lately, milliseconds].slice(-COUNTED);
    },
  };
});
