import { mayWaitForPause } from '../core/incident/waits-no-more.ts';
import {
  formatPauseScope,
  PAUSE_LIST,
  type Pause,
  type PauseScope,
  parsePauseScope,
  pausesInForce,
  withPause,
} from '../core/safety/pause.ts';
import { describePauseInForce, endAfter, endAt, endPause, type PauseEnd } from '../functions/pause-order.ts';
import { describeWoken } from '../functions/wake-waiting.ts';
import type { CliIo } from './cli-io.ts';
import { orderedBy, type TableOptions, withSafetyRecords } from './table-options.ts';
import { UsageError } from './usage-error.ts';

interface PauseOptions extends TableOptions {
  readonly reason?: string | undefined;
  readonly for?: string | undefined;
  readonly until?: string | undefined;
  readonly by?: string | undefined;
}

/** `restitch pause SCOPE`. */
export async function pause(given: string | undefined, values: PauseOptions, io: CliIo): Promise<number> {
  const scope = scopeFrom('pause', given);
  const { reason } = values;
  if (reason === undefined || reason.trim() === '')
    throw new UsageError('pause needs --reason TEXT, for the next person');
  const since = Date.now();
  const until = endOf(values.for, values.until, since);
  const wanted: Pause = { scope, reason, by: orderedBy(values.by, io), since, until };
  await withSafetyRecords(values, io, ({ pauses }) => pauses.change(PAUSE_LIST, (list) => withPause(list, wanted)));
  io.out(values.json ? JSON.stringify(wanted) : `paused: ${describePauseInForce(wanted)}`);
  return 0;
}

/** `restitch resume SCOPE`. Exit code 1: there is no such pause. */
export async function resume(given: string | undefined, values: TableOptions, io: CliIo): Promise<number> {
  const scope = scopeFrom('resume', given);
  const { resumed, left, woken } = await withSafetyRecords(values, io, async ({ pauses }, wake) => {
    const { ended, left: inForce } = await endPause(pauses, scope, Date.now());
    const count = ended ? await wake((incident) => mayWaitForPause(incident, scope)) : 0;
    return { resumed: ended, left: inForce, woken: count };
  });
  if (values.json) io.out(JSON.stringify({ resumed, left, woken: woken ?? null }));
  else {
    io.out(resumed ? `resumed: ${formatPauseScope(scope)}` : `${formatPauseScope(scope)} is not paused`);
    for (const each of left) io.out(`still paused: ${describePauseInForce(each)}`);
    if (resumed && woken !== undefined) io.out(describeWoken(woken));
  }
  return resumed ? 0 : 1;
}

/** `restitch pauses`. */
export async function pauses(values: TableOptions, io: CliIo): Promise<number> {
  const list = await withSafetyRecords(values, io, async (records) =>
    pausesInForce(await records.pauses.get(PAUSE_LIST), Date.now()),
  );
  if (values.json) io.out(JSON.stringify(list));
  else for (const line of list.length === 0 ? ['nothing is paused'] : list.map(describePauseInForce)) io.out(line);
  return 0;
}

function scopeFrom(command: string, text: string | undefined): PauseScope {
  const scope = text === undefined ? undefined : parsePauseScope(text);
  if (scope !== undefined) return scope;
  const given = text === undefined ? '' : `: ${text} is none`;
  throw new UsageError(`${command} wants all, cluster=NAME, pool=NAME or class=NAME${given}`);
}

function endOf(length: string | undefined, until: string | undefined, now: number): number | null {
  if (length !== undefined && until !== undefined) throw new UsageError('give --for or --until, not both');
  if (length !== undefined) return checked('--for', endAfter(length, now));
  return until === undefined ? null : checked('--until', endAt(until, now));
}

function checked(option: string, end: PauseEnd): number {
  if (end.type === 'wrong') throw new UsageError(`${option} ${end.why}`);
  return end.at;
}
