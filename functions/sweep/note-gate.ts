import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentChange } from '../../core/incident/incident-store.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import type { GatePorts } from './gate-ports.ts';

type Note = Pick<ReceiptEntry, 'event' | 'summary'> & Partial<Pick<ReceiptEntry, 'operationKey' | 'detail'>>;

/**
 * Appends to the receipt what health gating did or did not do, once per sickness and `kind`: a pass comes every minute. The
 * change is made in the same write.
 */
export async function noteGate(
  { store, clock }: Pick<GatePorts, 'store' | 'clock'>,
  { incidentId, sick, gatedAt, timeline }: Incident,
  kind: string,
  { event, summary, operationKey = null, detail = null }: Note,
  change?: IncidentChange,
): Promise<void> {
  const entryId = `g.${sick?.since ?? gatedAt ?? 0}.${kind}`;
  if (change === undefined && timeline?.lines.some((line) => line.entryId === entryId)) return;
  const entry = { incidentId, entryId, at: clock(), event, summary, stage: null, operationKey, detail };
  await store.appendReceipt(entry, change);
}
