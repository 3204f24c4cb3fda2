import * as z from 'zod';

/**
 * One line of an incident's append-only receipt. `entryId` is unique within the incident and the same on every repetition, so a
 * repeated write changes nothing: `r<run>.<counter>`, zero-padded, from the runbook; `d.…` from dispatch, `s.…` from sweep.
 * Entries are shown in the order of `at`.
 */
export const ReceiptEntry = z.object({
  incidentId: z.string(),
  entryId: z.string(),
  at: z.int().describe('epoch milliseconds'),
  event: z.enum([
    'opened',
    'alert-attached',
    'evidence',
    'diagnosis',
    'plan',
    'guard',
    'claimed',
    'approval-requested',
    'approval-decided',
    'command',
    'verification',
    'climbed',
    'handover',
    'quarantined',
    'released',
    'closed',
    'error',
  ]),
  /** One sentence for a person. */
  summary: z.string(),
  stage: z.string().nullable(),
  operationKey: z.string().nullable(),
  /** The whole input or result, as JSON. */
  detail: z.json(),
});

export type ReceiptEntry = z.infer<typeof ReceiptEntry>;
export type ReceiptEvent = ReceiptEntry['event'];
