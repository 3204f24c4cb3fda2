import * as z from 'zod';
import { FoundFault, faultIn, type Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { emptyTimeline, receiptFrom } from '../../core/incident/timeline.ts';

/** An incident with what a report needs of its receipt: every entry, and the detail of the opening where it is kept. */
export interface Case {
  readonly incident: Incident;
  readonly receipt: readonly ReceiptEntry[];
}

type Store = Pick<IncidentStore, 'readEntry' | 'readReceipt'>;

/** Reads single entries: a whole receipt may be megabytes. Only where lines of the timeline are left out is it read. */
export async function readCase(store: Store, incident: Incident): Promise<Case> {
  const { incidentId, timeline = emptyTimeline } = incident;
  if (timeline.leftOut > 0) return withFound(store, incident, await store.readReceipt(incidentId));
  const opened = timeline.lines.find(({ event }) => event === 'opened');
  const entry = opened === undefined ? undefined : await store.readEntry(incidentId, opened.entryId);
  return withFound(store, incident, receiptFrom(incidentId, timeline, entry === undefined ? [] : [entry]));
}

const DiagnosisDetail = z.object({ diagnosis: FoundFault });

/** Records of version 0.1.0 do not keep what was found: the entries of their looks are asked, the latest first. */
async function withFound(store: Store, incident: Incident, receipt: readonly ReceiptEntry[]): Promise<Case> {
  if (incident.found !== undefined || incident.diagnosis === null) return { incident, receipt };
  for (const { entryId } of receipt.filter(({ event }) => event === 'diagnosis').toReversed()) {
    const kept = DiagnosisDetail.safeParse((await store.readEntry(incident.incidentId, entryId))?.detail);
    const found = kept.success ? faultIn(kept.data.diagnosis) : undefined;
    if (found !== undefined) return { incident: { ...incident, found }, receipt };
  }
  return { incident, receipt };
}
