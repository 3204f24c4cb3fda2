import { counted } from '../core/counted.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { ReceiptEntry } from '../core/incident/receipt.ts';
import type { CliIo } from './cli-io.ts';
import { existing } from './incidents.ts';
import { incidentsSince } from './incidents-since.ts';
import { type PeriodOptions, periodFrom } from './period.ts';
import { readReceiptFile } from './read-receipt.ts';
import { type Replayed, replayReceipt } from './replay/replay-receipt.ts';
import { type TableOptions, withIncidents } from './table-options.ts';
import { UsageError } from './usage-error.ts';

interface ReplayOptions extends TableOptions, PeriodOptions {
  /** Files with stored receipts, instead of the table. */
  readonly receipt?: readonly string[] | undefined;
}

/** Replays one incident and says what came of it. */
type Take = (incidentId: string, receipt: readonly ReceiptEntry[]) => void;

/** `restitch replay [INCIDENT…]`. Exit code 1: today's code decides something else, or there is no such incident. */
export async function replay(incidentIds: readonly string[], options: ReplayOptions, io: CliIo): Promise<number> {
  const replayed: Replayed[] = [];
  const take: Take = (incidentId, receipt) => {
    const one = replayReceipt(incidentId, receipt);
    replayed.push(one);
    if (!options.json) io.out(lineOf(one));
  };
  if (options.receipt === undefined) await takeFromTable(incidentIds, options, io, take);
  else await takeFromFiles(options.receipt, incidentIds, options, take);
  io.out(options.json ? JSON.stringify(replayed) : totalOf(replayed));
  return replayed.some(isOther) ? 1 : 0;
}

/** The named incidents, or those of the period, the newest first. One receipt at a time: each may be megabytes. */
async function takeFromTable(
  incidentIds: readonly string[],
  options: ReplayOptions,
  io: CliIo,
  take: Take,
): Promise<void> {
  const { since, until } = periodFrom(options, Date.now());
  await withIncidents(options, io, async (store) => {
    const wanted: Incident[] = [];
    for (const incidentId of incidentIds) wanted.push(await existing(store, incidentId));
    const ofPeriod = incidentIds.length > 0 ? [] : await incidentsSince(store, since);
    for (const { incidentId } of [...wanted, ...ofPeriod.filter(({ openedAt }) => openedAt < until)])
      take(incidentId, await store.readReceipt(incidentId));
  });
}

async function takeFromFiles(
  files: readonly string[],
  incidentIds: readonly string[],
  { stateDir, table, stack }: ReplayOptions,
  take: Take,
): Promise<void> {
  if ([stateDir, table, stack].some((place) => place !== undefined))
    throw new UsageError('replay reads from one place: --receipt, --state-dir, --table or --stack');
  const entries = await Promise.all(files.map(readReceiptFile));
  const byIncident = Map.groupBy(entries.flat(), ({ incidentId }) => incidentId);
  for (const incidentId of incidentIds.length > 0 ? incidentIds : byIncident.keys()) {
    const receipt = byIncident.get(incidentId);
    if (receipt === undefined) throw new Error(`there is no receipt of ${incidentId}`);
    take(incidentId, receipt);
  }
}

function isOther({ differences }: Replayed): boolean {
  return differences.length > 0;
}

function lineOf(replayed: Replayed): string {
  const { incidentId, decisions, differences, notKept } = replayed;
  const [first] = differences;
  const gaps = notKept.length === 0 ? '' : `; ${notKept.length} not replayed: ${notKept[0]}`;
  if (first === undefined)
    return `${incidentId}  ${decisions === 0 ? 'nothing to replay' : `unchanged, ${counted(decisions, 'decision')}`}${gaps}`;
  const more = differences.length === 1 ? '' : `; and ${differences.length - 1} more`;
  return `${incidentId}  differs, ${first.entryId}: ${first.changes.join(', ')}${more}${gaps}`;
}

function totalOf(replayed: readonly Replayed[]): string {
  const differ = replayed.filter(isOther).length;
  const empty = replayed.filter(({ decisions }) => decisions === 0).length;
  const unchanged = replayed.length - differ - empty;
  return `${counted(replayed.length, 'incident')}: ${unchanged} unchanged, ${differ} with differences, ${empty} with nothing to replay`;
}
