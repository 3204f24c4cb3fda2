import { isoTime } from '../adapters/iso-time.ts';
import { mayWaitForBreaker } from '../core/incident/waits-no-more.ts';
import { type BreakerRecord, newBreakers, resetBreaker, tripBreaker } from '../core/safety/breaker.ts';
import type { SafetyRecords } from '../core/safety/safety-records.ts';
import { describeWoken } from '../functions/wake-waiting.ts';
import type { CliIo } from './cli-io.ts';
import { orderedBy, type TableOptions, withSafetyRecords } from './table-options.ts';
import { UsageError } from './usage-error.ts';

interface ResetOptions extends TableOptions {
  readonly cluster?: string | undefined;
}

interface TripOptions extends ResetOptions {
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
}

const SCOPE = /^(cluster|pool|site|hub)=(.+)$/;

/** `restitch breaker show`. */
export async function showBreakers(options: TableOptions, io: CliIo): Promise<number> {
  const all = await withSafetyRecords(options, io, ({ breakers }) => breakers.list());
  if (options.json) io.out(JSON.stringify(all));
  else for (const line of all.length === 0 ? ['every breaker is closed'] : all.flatMap(lines)) io.out(line);
  return 0;
}

function lines({ cluster, broken, tripped }: BreakerRecord): readonly string[] {
  const open = Object.entries(tripped).map(([name, { since, by, reason, held, canary }]) => {
    const who = by === null ? 'by itself' : `by ${by}`;
    const waits = canary === null ? '' : `; its canary is ${canary.node}`;
    return `${cluster}: ${name} tripped ${who} at ${isoTime(since)}: ${reason}; waiting nodes: ${held.length}${waits}`;
  });
  return open.length > 0 ? open : [`${cluster}: every breaker is closed; broken nodes lately: ${broken.length}`];
}

/** `restitch breaker trip SCOPE`. */
export async function trip(given: string | undefined, options: TripOptions, io: CliIo): Promise<number> {
  const scope = scopeFrom(given);
  const { reason, json } = options;
  if (reason === undefined) throw new UsageError('breaker trip needs --reason TEXT, for the next person');
  const order = { by: orderedBy(options.by, io), reason };
  const cluster = await withSafetyRecords(options, io, async (records) => {
    const name = await clusterOf(scope, options.cluster, records);
    const now = Date.now();
    await records.breakers.change(name, (record) => tripBreaker(record ?? newBreakers(name), scope, order, now));
    return name;
  });
  io.out(json ? JSON.stringify({ cluster, scope, ...order }) : `${cluster}: ${scope} is open until it is reset`);
  return 0;
}

/** `restitch breaker reset SCOPE`. Exit code 1: that breaker is closed. */
export async function reset(given: string | undefined, options: ResetOptions, io: CliIo): Promise<number> {
  const scope = scopeFrom(given);
  const { json } = options;
  const { out } = io;
  const { cluster, dropped, woken } = await withSafetyRecords(options, io, async (records, wake) => {
    const name = await clusterOf(scope, options.cluster, records);
    const held = await close(records, name, scope);
    const count = held === undefined ? 0 : await wake((incident) => mayWaitForBreaker(incident, name));
    return { cluster: name, dropped: held, woken: count };
  });
  if (json) out(JSON.stringify({ reset: dropped !== undefined, dropped: dropped ?? [], woken: woken ?? null }));
  else if (dropped === undefined) out(`${cluster}: ${scope} is closed already`);
  else {
    const which = dropped.length === 0 ? 'none' : `${dropped.length}, of ${dropped.join(', ')}`;
    out(`${cluster}: ${scope} is closed; waiting work that is dropped: ${which}`);
    if (woken !== undefined) out(describeWoken(woken));
  }
  return dropped === undefined ? 1 : 0;
}

/** The nodes whose waiting work was dropped. Undefined: the breaker is closed already. */
async function close({ breakers }: SafetyRecords, cluster: string, scope: string) {
  let dropped: readonly string[] | undefined;
  await breakers.change(cluster, (record) => {
    if (record?.tripped[scope] === undefined) {
      dropped = undefined;
      return undefined;
    }
    const done = resetBreaker(record, scope);
    dropped = done.dropped;
    return done.record;
  });
  return dropped;
}

function scopeFrom(text: string | undefined): string {
  if (text !== undefined && SCOPE.test(text)) return text;
  throw new UsageError('breaker wants show, or trip or reset with cluster=NAME, pool=NAME, site=NAME or hub=NAME');
}

async function clusterOf(scope: string, given: string | undefined, { breakers }: SafetyRecords): Promise<string> {
  const [, type, name = ''] = SCOPE.exec(scope) ?? [];
  if (type === 'cluster') return name;
  if (given !== undefined) return given;
  const [only, ...more] = (await breakers.list()).map(({ cluster }) => cluster);
  if (only === undefined || more.length > 0) throw new UsageError(`${scope} of which cluster? Give --cluster NAME`);
  return only;
}
