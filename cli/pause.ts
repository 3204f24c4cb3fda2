import {
  formatPauseScope,
  PAUSE_LIST,
  type Pause,
  type PauseScope,
  parsePauseScope,
  pausesInForce,
  withoutPause,
  withPause,
} from '../core/safety/pause.ts';
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

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

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
  io.out(values.json ? JSON.stringify(wanted) : `paused: ${describe(wanted)}`);
  return 0;
}

/** `restitch resume SCOPE`. Exit code 1: there is no such pause. */
export async function resume(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseTableOptions('resume', args, []);
  if (values.help) return help(io);
  const scope = scopeFrom('resume', positionals);
  const now = Date.now();
  const { resumed, left } = await withSafetyRecords(values['state-dir'], io, async ({ pauses }) => {
    let ended = false;
    const list = await pauses.change(PAUSE_LIST, (current) => {
      const without = withoutPause(current, scope, now);
      ended = without !== undefined;
      return without;
    });
    return { resumed: ended, left: pausesInForce(list, now) };
  });
  if (values.json) io.out(JSON.stringify({ resumed, left }));
  else {
    io.out(resumed ? `resumed: ${formatPauseScope(scope)}` : `${formatPauseScope(scope)} is not paused`);
    for (const each of left) io.out(`still paused: ${describe(each)}`);
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
  else for (const line of list.length === 0 ? ['nothing is paused'] : list.map(describe)) io.out(line);
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
  if (length !== undefined) {
    const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(length) ?? [];
    if (unit !== 'm' && unit !== 'h' && unit !== 'd') throw new UsageError(`--for ${length}: as 90m, 4h or 2d`);
    return now + Number(count) * UNIT_MS[unit];
  }
  if (until === undefined) return null;
  const end = Date.parse(until);
  if (Number.isNaN(end)) throw new UsageError(`--until ${until}: as 2026-11-22T06:00:00Z`);
  if (end <= now) throw new UsageError(`--until ${until} is in the past`);
  return end;
}

function describe({ scope, reason, by, until }: Pause): string {
  const end = until === null ? 'until resumed' : `until ${new Date(until).toISOString()}`;
  return `${formatPauseScope(scope)} by ${by}, ${end}: ${reason}`;
}
