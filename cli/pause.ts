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
import { orderedBy, parseTableOptions, TABLE_HELP, withSafetyRecords } from './table-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `restitch pause, resume, pauses: stop Restitch from acting, at once and also where it waits

  restitch pause SCOPE --reason TEXT [--for 90m|4h|2d | --until TIME] [--by NAME]
  restitch resume SCOPE
  restitch pauses

  SCOPE             all, cluster=NAME, pool=NAME or class=NAME
  --for, --until    when it ends by itself (TIME as 2026-11-22T06:00:00Z); without them it lasts until resume
  --by NAME         who pauses (default: your login)
${TABLE_HELP}

Verification, rollback, release and closing go on in a pause.`;

/** `restitch pause SCOPE`. */
export async function pause(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseTableOptions('pause', args, ['reason', 'by', 'for', 'until']);
  if (values.help) return help(io);
  const scope = scopeFrom('pause', positionals);
  const { reason } = values;
  if (reason === undefined || reason.trim() === '')
    throw new UsageError('pause needs --reason TEXT, for the next person');
  const since = Date.now();
  const until = endOf(values.for, values.until, since);
  const wanted: Pause = { scope, reason, by: orderedBy(values.by, io), since, until };
  await withSafetyRecords(values['state-dir'], io, ({ pauses }) =>
    pauses.change(PAUSE_LIST, (list) => withPause(list, wanted)),
  );
  io.out(values.json ? JSON.stringify(wanted) : `paused: ${describePauseInForce(wanted)}`);
  return 0;
}

/** `restitch resume SCOPE`. Exit code 1: there is no such pause. */
export async function resume(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseTableOptions('resume', args, []);
  if (values.help) return help(io);
  const scope = scopeFrom('resume', positionals);
  const { resumed, left, woken } = await withSafetyRecords(values['state-dir'], io, async ({ pauses }, wake) => {
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
export async function pauses(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseTableOptions('pauses', args, []);
  if (values.help) return help(io);
  if (positionals.length > 0) throw new UsageError(`pauses does not understand ${positionals.join(' ')}`);
  const list = await withSafetyRecords(values['state-dir'], io, async (records) =>
    pausesInForce(await records.pauses.get(PAUSE_LIST), Date.now()),
  );
  if (values.json) io.out(JSON.stringify(list));
  else for (const line of list.length === 0 ? ['nothing is paused'] : list.map(describePauseInForce)) io.out(line);
  return 0;
}

function help({ out }: CliIo): number {
  out(HELP);
  return 0;
}

function scopeFrom(command: string, [text, ...more]: readonly string[]): PauseScope {
  const scope = text === undefined || more.length > 0 ? undefined : parsePauseScope(text);
  if (scope !== undefined) return scope;
  const given = text === undefined ? '' : `: ${[text, ...more].join(' ')} is none`;
  throw new UsageError(`${command} wants all, cluster=NAME, pool=NAME or class=NAME${given}`);
}

function endOf(length: string | undefined, until: string | undefined, now: number): number | null {
  if (length !== undefined && until !== undefined) throw new UsageError('give --for or --until, not both');
  if (length !== undefined) return given('--for', endAfter(length, now));
  return until === undefined ? null : given('--until', endAt(until, now));
}

function given(option: string, end: PauseEnd): number {
  if (end.type === 'wrong') throw new UsageError(`${option} ${end.why}`);
  return end.at;
}
