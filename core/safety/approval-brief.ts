import * as z from 'zod';
import { FaultClass } from '../fault-class.ts';
import { OnExpiry } from './approval-rules.ts';

/** What a person needs to know beside the plan before they decide. Everything is null or empty where it is not known. */
export const ApprovalBrief = z.object({
  class: FaultClass,
  cause: z.string(),
  hostAtFault: z.string().nullable(),
  confidence: z.number().min(0).max(1),
  because: z.array(z.string()).describe('the decisive facts, the first of the diagnosis'),
  pools: z.array(z.string()).describe('of the node and of every host that is acted on; empty text: without a pool'),
  site: z.string().nullable(),
  hub: z.string().nullable(),
  gpus: z.int().nullable().describe('in use on the nodes that the stage disturbs'),
  summary: z.array(z.string()).describe('the plan by host and kind of change'),
  lineCount: z.int().describe('lines of the whole plan, which may be more than the approval keeps'),
  tried: z.array(z.string()).describe('what was done before against this incident'),
  budget: z.array(z.object({ scope: z.string(), members: z.int(), out: z.int(), wanted: z.int(), allowed: z.int() })),
  onExpiry: OnExpiry,
});

export type ApprovalBrief = z.infer<typeof ApprovalBrief>;
