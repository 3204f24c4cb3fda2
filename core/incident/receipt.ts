import * as z from 'zod';

/**
 * One line of an incident's append-only receipt. `entryId` makes a repeated write harmless; entries sort by it within
 * one incident: `<run>.<counter>` zero-padded for the runbook's own, `s.<time>` and `d.<time>` for sweep's and dispatch's.
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
