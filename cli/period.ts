import * as z from 'zod';
import { endAfter } from '../functions/pause-order.ts';
import { UsageError } from './usage-error.ts';

/** From `since` on and before `until`: epoch milliseconds. */
export interface Period {
  readonly since: number;
  readonly until: number;
}

export interface PeriodOptions {
  /** A length, as `30d` before the end of the period, or a time. */
  readonly since: string;
  /** A time. Undefined: now. */
  readonly until?: string | undefined;
}

const Day = z.iso.date();
const Time = z.iso.datetime();
const EXAMPLES = '2026-11-22 or 2026-11-22T06:00:00Z';

/** Throws `UsageError` where an option cannot be read, or the period has not begun or is empty. `now`: epoch milliseconds. */
export function periodFrom({ since, until }: PeriodOptions, now: number): Period {
  const end = until === undefined ? now : timeOf(until);
  if (end === undefined) throw new UsageError(`--until ${until}: as ${EXAMPLES}`);
  const length = endAfter(since, 0);
  const start = length.type === 'end' ? end - length.at : timeOf(since);
  if (start === undefined) throw new UsageError(`--since ${since}: as 90m, 4h, 30d, ${EXAMPLES}`);
  if (start > now) throw new UsageError(`--since ${since} is in the future`);
  if (start >= end) throw new UsageError(`--since ${since} is not before --until ${until ?? 'now'}`);
  return { since: start, until: end };
}

/** A day begins at midnight UTC. */
function timeOf(text: string): number | undefined {
  return Day.safeParse(text).success || Time.safeParse(text).success ? Date.parse(text) : undefined;
}
