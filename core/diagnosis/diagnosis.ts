import * as z from 'zod';
import { FaultClass } from '../fault-class.ts';
import type { CachedMtu } from './cached-mtu.ts';
import { type CauseName, isCauseName } from './causes.ts';
import type { OversizedDevice } from './oversized-device.ts';
import { ThreePlanes } from './three-planes.ts';
import type { TunnelSize } from './tunnel-size.ts';
import type { TunnelWays } from './tunnel-ways.ts';

/** Which packets are lost, seen from the node; null where no packets are lost. */
const Direction = z.enum(['both', 'to-node', 'from-node']).nullable();

export type Direction = z.infer<typeof Direction>;

/** What is wrong, the facts for it and against it, and why it is none of the other classes. */
export const Diagnosis = z.object({
  class: FaultClass,
  cause: z
    .custom<CauseName>((value) => typeof value === 'string' && isCauseName(value), 'is no known cause')
    .describe('one step finer than the class; core/diagnosis/causes.ts has them all'),
  hostAtFault: z.string().nullable().describe('null: no host of the fleet, a cloud’s route table for one'),
  direction: Direction,
  confidence: z.number().min(0).max(1),
  because: z.array(z.string()),
  despite: z.array(z.string()).describe('facts that contradict the diagnosis; each lowers its confidence'),
  planes: ThreePlanes,
  against: z.array(z.object({ class: FaultClass, why: z.string() })),
});

export type Diagnosis = z.infer<typeof Diagnosis>;

/** A rule fits. Its class is that of its cause. */
export interface Found {
  readonly type: 'found';
  /** `state`: a table, device or agent is wrong. `symptom`: concluded from packets; explained by any wrong state. */
  readonly basis: 'state' | 'symptom';
  readonly cause: CauseName;
  readonly hostAtFault: string | null;
  readonly direction: Direction;
  /** Before contradictions are weighed. */
  readonly confidence: number;
  readonly because: readonly string[];
  readonly despite: readonly string[];
  /** Results of the rule that a repair needs too. */
  readonly forRepair?: ForRepair;
}

/** Results of rules that planners use, so that nothing is computed twice. */
export interface ForRepair {
  readonly tunnelSize?: TunnelSize;
  readonly oversized?: OversizedDevice;
  /** Path MTUs that kernels are to forget. */
  readonly cached?: readonly CachedMtu[];
  /** The hub's present address:port. */
  readonly hubEndpoint?: string;
  readonly tunnelWays?: TunnelWays;
}

/** The answer of one rule: it fits, or why it does not. */
export type Finding = Found | { readonly type: 'not'; readonly class: FaultClass; readonly why: string };

/** Makes the negative answer of one class. */
export type Not = (why: string) => Finding;

/** The function that makes the negative answer of this class. */
export function notA(faultClass: FaultClass): Not {
  return (why) => ({ type: 'not', class: faultClass, why });
}

/** Something is wrong that no rule explains. */
export function nothingFits(because: readonly string[]): Found {
  return {
    type: 'found',
    basis: 'symptom',
    cause: 'no-rule-fits',
    hostAtFault: null,
    direction: null,
    confidence: 0,
    because,
    despite: [],
  };
}
