import { rememberObject } from '../../../core/remember.ts';
import type { CommandRunner, SharedCommand } from '../../../core/runbook/node-command.ts';

/** So many of the latest commands of a kind count. */
const COUNTED = 10;
/** A command may be faster than those before it. */
const SHARE_OF_FASTEST = 0.8;
/** Of any kind: where nothing is lost now, a command is much faster than the last one of its kind. */
const TIMES_FASTEST_OF_ALL = 2;
/** Run Command needs this long to hand a command over. */
const LEAST_MS = 100;
/** A slow hour must not delay a fast answer by more. */
const MOST_MS = 3_000;

/** How fast Run Command was lately, by kind of command. Milliseconds, from the sending of a command until its answer was seen. */
export interface Pace {
  /**
   * When to ask for the first time: shortly before the fastest of the latest commands of this kind had ended, and no later than twice
   * the time of the fastest of all.
   */
  firstPauseMs(kind: string): number;
  took(kind: string, milliseconds: number): void;
}

/** Of one process. What is asked earlier is asked in vain, and counts against the rates of the account. */
export const paceOf = rememberObject((_commands: CommandRunner): Pace => {
  const lately = new Map<string, readonly number[]>();
  return {
    firstPauseMs: (kind) => {
      const ofAll = smallest([...lately.values()].flat()) ?? 0;
      const ofKind = smallest(lately.get(kind) ?? []) ?? ofAll;
      const pause = smallest([ofKind * SHARE_OF_FASTEST, ofAll * TIMES_FASTEST_OF_ALL, MOST_MS]) ?? 0;
      return pause < LEAST_MS ? LEAST_MS : pause;
    },
    took: (kind, milliseconds) => {
      lately.set(kind, [...(lately.get(kind) ?? []), milliseconds].slice(-COUNTED));
    },
  };
});

function smallest(milliseconds: readonly number[]): number | undefined {
  return milliseconds.toSorted((left, right) => left - right)[0];
}

/** Commands of one document that are given the same parameters, whatever they are, take about as long: who sends packets waits for them. */
export function kindOf({ document, parameters }: Pick<SharedCommand, 'document' | 'parameters'>): string {
  return [document, ...Object.keys(parameters).filter((name) => parameters[name] !== '')].join(' ');
}
