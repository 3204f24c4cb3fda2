import { titleOf } from '../core/incident/explain.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import { timeBySegment } from '../core/incident/segments.ts';
import type { CliIo } from './cli-io.ts';
import { followIncident } from './follow-incident.ts';
import { incidentReport } from './incident-report.ts';
import { incidentTable } from './incident-table.ts';
import { type TableOptions, withIncidents } from './table-options.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';

const FOLLOW_PAUSE_MS = 2_000;

interface ListOptions extends TableOptions {
  readonly all: boolean;
  readonly limit: string;
}

/** `restitch incidents list`: the newest first. */
export async function listIncidents(options: ListOptions, io: CliIo): Promise<number> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit ${options.limit}: legal is 1 or more`);
  const found = await withIncidents(options, io, (store) =>
    options.all ? store.listRecent(limit) : store.listOpen(limit),
  );
  const incidents = found.toSorted((a, b) => b.openedAt - a.openedAt);
  if (options.json) io.out(JSON.stringify(incidents.map(withoutTimeline)));
  else if (incidents.length > 0) for (const line of incidentTable(incidents, Date.now())) io.out(line);
  else io.out(options.all ? 'there is no incident' : 'no incident is open; --all shows closed ones too');
  return 0;
}

/** `restitch incidents show INCIDENT`. Exit code 1: there is none. */
export async function showIncident(incidentId: string, options: TableOptions, io: CliIo): Promise<number> {
  const { incident, receipt } = await withIncidents(options, io, async (store) => ({
    incident: await existing(store, incidentId),
    receipt: await store.readReceipt(incidentId),
  }));
  const time = timeBySegment(receipt);
  if (options.json) {
    const timeline = receipt.map(({ incidentId: _, detail: __, ...line }) => line);
    io.out(JSON.stringify({ incident: withoutTimeline(incident), timeline, ...time }));
  } else for (const line of incidentReport(incident, receipt, time)) io.out(line);
  return 0;
}

/** `restitch incidents receipt INCIDENT`. Exit code 1: there is none. */
export async function printReceipt(incidentId: string, options: TableOptions, io: CliIo): Promise<number> {
  const receipt = await withIncidents(options, io, async (store) => {
    await existing(store, incidentId);
    return store.readReceipt(incidentId);
  });
  if (options.json) io.out(JSON.stringify(receipt));
  else for (const entry of receipt) io.out(titleOf(entry));
  return 0;
}

/** `restitch incidents follow INCIDENT`. Ends with the incident, or with Ctrl-C. Exit code 1: there is none. */
export async function follow(incidentId: string, options: TableOptions, io: CliIo): Promise<number> {
  const say = (line: unknown, text: string) => io.out(options.json ? JSON.stringify(line) : text);
  await withIncidents(options, io, async (store) => {
    await existing(store, incidentId);
    await untilInterrupted((signal) =>
      followIncident(store, incidentId, (line) => say(line, titleOf(line)), { pauseMs: FOLLOW_PAUSE_MS, signal }),
    );
  });
  return 0;
}

export async function existing(store: Pick<IncidentStore, 'get'>, incidentId: string): Promise<Incident> {
  const incident = await store.get(incidentId);
  if (incident === undefined) throw new Error(`there is no incident ${incidentId}`);
  return incident;
}

function withoutTimeline({ timeline: _, ...incident }: Incident): Omit<Incident, 'timeline'> {
  return incident;
}
