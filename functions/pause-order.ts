import {
  formatPauseScope,
  PAUSE_LIST,
  type Pause,
  type PauseScope,
  pausesInForce,
  withoutPause,
} from '../core/safety/pause.ts';
import type { SafetyRecords } from '../core/safety/safety-records.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type PauseEnd = { readonly type: 'end'; readonly at: number } | { readonly type: 'wrong'; readonly why: string };

/** `90m`, `4h` or `2d` from `now` on. */
export function endAfter(length: string, now: number): PauseEnd {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(length) ?? [];
  if (unit !== 'm' && unit !== 'h' && unit !== 'd') return { type: 'wrong', why: `${length}: as 90m, 4h or 2d` };
  return { type: 'end', at: now + Number(count) * UNIT_MS[unit] };
}

/** `2026-11-22T06:00:00Z`, later than `now`. */
export function endAt(text: string, now: number): PauseEnd {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return { type: 'wrong', why: `${text}: as 2026-11-22T06:00:00Z` };
  return at <= now ? { type: 'wrong', why: `${text} is in the past` } : { type: 'end', at };
}

/** Ends the pause of exactly this scope. `ended`: there was one. `left`: what is still in force. Throws `RestitchError` (code `store`). */
export async function endPause(
  pauses: SafetyRecords['pauses'],
  scope: PauseScope,
  now: number,
): Promise<{ readonly ended: boolean; readonly left: readonly Pause[] }> {
  let ended = false;
  const list = await pauses.change(PAUSE_LIST, (current) => {
    const without = withoutPause(current, scope, now);
    ended = without !== undefined;
    return without;
  });
  return { ended, left: pausesInForce(list, now) };
}

/** One line for a person: what is paused, by whom, until when and why. */
export function describePauseInForce({ scope, reason, by, until }: Pause): string {
  const end = until === null ? 'until resumed' : `until ${new Date(until).toISOString()}`;
  return `${formatPauseScope(scope)} by ${by}, ${end}: ${reason}`;
}
