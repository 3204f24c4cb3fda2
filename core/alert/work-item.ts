import * as z from 'zod';
import { FaultClass } from '../fault-class.ts';
import { Shared } from './shared-fault.ts';
import { Target } from './target.ts';

/** One alert of one target, as intake puts it in the queue and dispatch reads it. Times are epoch milliseconds. */
export const WorkItem = z.object({
  schema: z.literal('restitch/work-item/1'),
  target: Target,
  fingerprint: z.string().min(1),
  status: z.enum(['firing', 'resolved']),
  startsAt: z.int().describe('the episode: same fingerprint with another startsAt is another episode'),
  alertname: z.string(),
  severity: z.string().nullable(),
  summary: z.string().nullable(),
  hypothesis: FaultClass,
  receivedAt: z.int(),
  shared: Shared.optional().describe(
    'of an item that a run sends: what several nodes share, and is at fault in their place',
  ),
  wake: z
    .object({ run: z.int() })
    .optional()
    .describe('no news of the alert: what the incident waited for after this run has ended, and it is looked at again'),
  seenFrom: z.string().optional().describe('the node from which a shared fault is looked at'),
});

export type WorkItem = z.infer<typeof WorkItem>;
