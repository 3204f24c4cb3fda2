import * as z from 'zod';

const receiptEvents = [
  'opened',
  'alert-attached',
  'evidence',
  'diagnosis',
  'plan',
  'guard',
  /** Capacity was reserved against the disruption budget. */
  'reserved',
  /** Shadow mode: what would have been done, or how right that was. */
  'shadow',
  'claimed',
  'approval-requested',
  'approval-decided',
  'command',
  'verification',
  /** A stage was tried and did not heal the node. */
  'climbed',
  /** What the owner has to write down, so that a restart keeps the repair. */
  'permanent',
  /** A person was called; the incident stays open. */
  'handed-over',
  'held',
  'released',
  /** How far the pods of a quarantined node are moved. */
  'drained',
  'closed',
  'error',
] as const;

/** Version 0.1.0 stored the event `permanent` as `handover`. */
export const ReceiptEvent = z.preprocess(
  (event) => (event === 'handover' ? 'permanent' : event),
  z.enum(receiptEvents),
);

/**
 * One entry of an incident's append-only receipt. Its sentence is a line of the incident's timeline; its detail is kept apart
 * and expires. `entryId` makes a repeated write harmless:
 * `r<run>.<counter>` zero-padded for the runbook's own, `s.<run>` for sweep's, `d.<alert>` for dispatch's,
 * `m.<incident>` for a duplicate that was joined to it.
 */
export const ReceiptEntry = z.object({
  incidentId: z.string(),
  entryId: z.string(),
  at: z.int().describe('epoch milliseconds'),
  event: ReceiptEvent,
  /** One sentence for a person. */
  summary: z.string(),
  stage: z.string().nullable(),
  operationKey: z.string().nullable(),
  /** The whole input or result: what JSON can hold. */
  detail: z.unknown(),
});

export type ReceiptEntry = z.infer<typeof ReceiptEntry>;
export type ReceiptEvent = z.infer<typeof ReceiptEvent>;
