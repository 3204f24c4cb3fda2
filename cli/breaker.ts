import { mayWaitForBreaker } from '../core/incident/waits-no-more.ts';
import { type BreakerRecord, newBreakers, resetBreaker, tripBreaker } from '../core/safety/breaker.ts';
import type { SafetyRecords } from '../core/safety/safety-records.ts';
import { describeWoken } from '../functions/wake-waiting.ts';
import type { CliIo } from './cli-io.ts';
import { orderedBy, parseTableOptions, TABLE_HELP, type Wake, withSafetyRecords } from './table-options.ts';
import { UsageError } from './usage-error.ts';

const HELP = `restitch breaker: stops everything that acts while too much looks broken at once

  restitch breaker show
  restitch breaker trip SCOPE --reason TEXT [--by NAME]    opens it until it is reset
  restitch breaker reset SCOPE                             closes it; what waited is dropped and looked at afresh

  SCOPE             cluster=NAME, pool=NAME, site=NAME or hub=NAME
  --cluster NAME    of a pool, site or hub (default: the only cluster that has breakers)
${TABLE_HELP}

Verification, rollback, release and closing go on under an open breaker.`;

const SCOPE = /^(cluster|pool|site|hub)=(.+)$/;

/** `restitch breaker`. Exit code 1: the breaker to reset is closed. */
export async function breaker(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseTableOptions('breaker', args, ['cluster', 'reason', 'by']);
  if (values.help) {
    io.out(HELP);
    return 0;
  }
  const [action, scope, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`breaker does not understand ${more.join(' ')}`);
  return withSafetyRecords(values['state-dir'], io, async (records, wake) => {
    if (action === 'show') return show(records, values.json, io);
    const where = { scope: scopeFrom(scope), cluster: await clusterOf(scopeFrom(scope), values.cluster, records) };
    if (action === 'reset') return reset(records, where, wake, values.json, io);
    if (action !== 'trip') throw new UsageError('breaker wants show, trip or reset');
    const { reason } = values;
    if (reason === undefined) throw new UsageError('breaker trip needs --reason TEXT, for the next person');
    return trip(records, where, { by: orderedBy(values.by, io), reason }, values.json, io);
  });
}

interface Where {
  readonly cluster: string;
  readonly scope: string;
}

async function show({ breakers }: SafetyRecords, json: boolean, { out }: CliIo): Promise<number> {
  const all = await breakers.list();
  if (json) out(JSON.stringify(all));
  else for (const line of all.length === 0 ? ['every breaker is closed'] : all.flatMap(lines)) out(line);
  return 0;
}

function lines({ cluster, broken, tripped }: BreakerRecord): readonly string[] {
  const open = Object.entries(tripped).map(([name, { since, by, reason, held, canary }]) => {
    const who = by === null ? 'by itself' : `by ${by}`;
    const waits = canary === null ? '' : `; its canary is ${canary.node}`;
    return `${cluster}: ${name} tripped ${who} at ${new Date(since).toISOString()}: ${reason}; waiting nodes: ${held.length}${waits}`;
  });
  return open.length > 0 ? open : [`${cluster}: every breaker is closed; broken nodes lately: ${broken.length}`];
}

async function trip(
  { breakers }: SafetyRecords,
  { cluster, scope }: Where,
  order: { readonly by: string; readonly reason: string },
  json: boolean,
  { out }: CliIo,
): Promise<number> {
  const now = Date.now();
  await breakers.change(cluster, (record) => tripBreaker(record ?? newBreakers(cluster), scope, order, now));
  out(json ? JSON.stringify({ cluster, scope, ...order }) : `${cluster}: ${scope} is open until it is reset`);
  return 0;
}

async function reset(
  { breakers }: SafetyRecords,
  { cluster, scope }: Where,
  wake: Wake,
  json: boolean,
  { out }: CliIo,
): Promise<number> {
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
  const woken = dropped === undefined ? 0 : await wake((incident) => mayWaitForBreaker(incident, cluster));
  if (json) out(JSON.stringify({ reset: dropped !== undefined, dropped: dropped ?? [], woken: woken ?? null }));
  else if (dropped === undefined) out(`${cluster}: ${scope} is closed already`);
  else {
    const which = dropped.length === 0 ? 'none' : `${dropped.length}, of ${dropped.join(', ')}`;
    out(`${cluster}: ${scope} is closed; waiting work that is dropped: ${which}`);
    if (woken !== undefined) out(describeWoken(woken));
  }
  return dropped === undefined ? 1 : 0;
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
