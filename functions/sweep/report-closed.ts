import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { emptyTimeline, receiptFrom } from '../../core/incident/timeline.ts';
import type { Log } from '../../core/log.ts';
import { closingMeasurements } from '../../core/metrics/closing-measurements.ts';
import type { Metrics } from '../../core/metrics/measurement.ts';

export interface ClosedPorts {
  readonly store: Pick<IncidentStore, 'listUnreported' | 'readEntry' | 'update'>;
  readonly metrics: Metrics;
  readonly clock: () => number;
  readonly log: Log;
}

/** In one pass; the rest follows in the next ones. */
const MOST_INCIDENTS = 100;
/** Later than that nobody looks for it. CloudWatch takes no value that is older than two weeks. */
const LATEST_MS = 24 * 3_600_000;

/**
 * Writes the figures of the incidents that were closed since the last pass, at the time of their end. Each is marked before, so that
 * none counts twice. When one cannot be read, that is logged and the others go on. Returns how many were written.
 */
export async function reportClosed(ports: ClosedPorts): Promise<number> {
  let written = 0;
  for (const incident of await ports.store.listUnreported(MOST_INCIDENTS)) {
    const { incidentId } = incident;
    try {
      if (await report(incident, ports)) written += 1;
    } catch (error) {
      ports.log.error('sweep-item-failed', { part: 'closed', incidentId, reason: String(error) });
    }
  }
  return written;
}

async function report(incident: Incident, { store, metrics, clock }: ClosedPorts): Promise<boolean> {
  const { incidentId, closedAt, target, found } = incident;
  const receipt = await readWhole(incident, store);
  const now = clock();
  let isFirst = false;
  await store.update(incidentId, (current) => {
    isFirst = current.phase === 'closed' && current.reportedAt === undefined;
    return isFirst ? { ...current, reportedAt: now } : undefined;
  });
  if (!isFirst || closedAt === null || now - closedAt > LATEST_MS) return false;
  const about = { incidentId, node: target.node, cause: found?.cause ?? null };
  metrics.write(closingMeasurements(incident, receipt), closedAt, about);
  return true;
}

/** Undefined: lines of the timeline are left out. A whole receipt may be megabytes, so only the detail of the opening is read. */
async function readWhole(
  { incidentId, timeline = emptyTimeline }: Incident,
  store: ClosedPorts['store'],
): Promise<readonly ReceiptEntry[] | undefined> {
  if (timeline.leftOut > 0) return undefined;
  const opened = timeline.lines.find(({ event }) => event === 'opened');
  const entry = opened === undefined ? undefined : await store.readEntry(incidentId, opened.entryId);
  return receiptFrom(incidentId, timeline, entry === undefined ? [] : [entry]);
}
