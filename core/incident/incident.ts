import * as z from 'zod';
import { Shared } from '../alert/shared-fault.ts';
import { Target } from '../alert/target.ts';
import { FaultClass } from '../fault-class.ts';
import { HandsOff } from '../safety/hands-off.ts';
import { Sickness } from '../safety/health-gate.ts';
import { Sighting } from '../safety/sighting.ts';
import { Timeline } from './timeline.ts';

/** An alert that belongs to an incident. `startsAt` and `lastSeenAt` are epoch milliseconds. */
export const IncidentAlert = z.object({
  fingerprint: z.string(),
  startsAt: z.int(),
  status: z.enum(['firing', 'resolved']),
  alertname: z.string(),
  summary: z.string().nullable(),
  lastSeenAt: z.int(),
});

/**
 * Where the work stands. From `repairing` to `verifying` an execution is running. `handed-over` waits for a person, and the
 * next signal or sweep starts another run. `held` waits for the end of the incident `heldBy`; then sweep starts another run.
 * `closed` is final.
 */
export const IncidentPhase = z.enum([
  'opened',
  'diagnosing',
  'repairing',
  'awaiting-approval',
  'verifying',
  'handed-over',
  'held',
  'closed',
]);

/**
 * How an incident ended. `self-recovered`: healthy before we acted. `repaired`: healthy after our stage.
 * `cancelled`: a person took the node back. `duplicate`: another incident works on the same node.
 * `no-target`: the cluster has no such node, or is not configured.
 */
export const IncidentOutcome = z.enum(['self-recovered', 'repaired', 'cancelled', 'duplicate', 'no-target']);

/** What keeps an incident from going on, and ends by a `resume`, a `breaker reset` or by itself. */
export const WaitsFor = z.enum(['paused', 'breaker']);

/** The callback of an approval that a running execution waits for; dispatch, approval and sweep complete it. */
export const PendingCallback = z.object({
  callbackId: z.string(),
  approvalId: z.string(),
});

/** What a look found to be wrong. The incident keeps it when the node is healthy again. */
export const FoundFault = z.object({
  class: FaultClass,
  cause: z.string(),
  hostAtFault: z.string().nullable(),
});

/** One episode of trouble on one target. Stored as one item and changed only by compare-and-set on `version`. */
export const Incident = z.object({
  incidentId: z.string().describe('`<cluster>.<node>.<sequence>-<moment>`, see incident-id.ts; ≤ 54'),
  target: Target,
  sequence: z.int().describe('counts the incidents of this target; begins again when the table is lost'),
  version: z.int(),
  run: z.int().describe('how many executions were started for it; the execution is named `<incidentId>-<run>`'),
  phase: IncidentPhase,
  outcome: IncidentOutcome.nullable(),
  hypothesis: FaultClass,
  diagnosis: FaultClass.nullable().describe('of the last look'),
  found: FoundFault.optional().describe('of the last look that found a fault'),
  alerts: z.array(IncidentAlert),
  tried: z
    .array(
      z.object({
        class: FaultClass,
        cause: z.string(),
        hostAtFault: z.string().nullable().optional(),
        stage: z.string(),
      }),
    )
    .describe('stages that were tried against a diagnosis and did not heal it: not tried again in later runs'),
  openedAt: z.int(),
  updatedAt: z.int(),
  closedAt: z.int().nullable(),
  reportedAt: z.int().optional().describe('when its figures were written after its end'),
  pending: PendingCallback.nullable(),
  claimed: z.boolean().describe('a claim of this incident may be on the node'),
  sick: Sickness.optional().describe('while the looks show that the network of the node loses packets'),
  gatedAt: z.int().optional().describe('while health gating keeps the scheduler away from the node: since when'),
  asked: z.boolean().optional().describe('a person may have been asked about it'),
  handsOff: HandsOff.optional().describe('a person denied a stage'),
  nodeUids: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'hosts that were looked at → UID of the Node at the first look: another Node of that name is another one',
    ),
  waitsFor: WaitsFor.optional().describe('while `handed-over`: what a person or time has to end before it can go on'),
  shared: Shared.optional().describe('the incident of what several nodes share: they are held by it'),
  seenFrom: z.string().optional().describe('of a shared fault: the node from which it is looked at'),
  heldBy: Target.optional().describe('while `held`: whose incident works on the fault'),
  holds: z.int().optional().describe('how many other incidents it holds, as sweep has counted last'),
  sighting: Sighting.optional().describe('what the last look saw, for the runs of other nodes'),
  duplicateOf: z.string().optional().describe('of a `duplicate`: the incident that has its alerts now'),
  timeline: Timeline.optional().describe('what happened, in short; none in records of version 0.1.0'),
});

export type Incident = z.infer<typeof Incident>;
export type IncidentAlert = z.infer<typeof IncidentAlert>;
export type FoundFault = z.infer<typeof FoundFault>;
export type WaitsFor = z.infer<typeof WaitsFor>;
export type IncidentPhase = z.infer<typeof IncidentPhase>;
export type IncidentOutcome = z.infer<typeof IncidentOutcome>;
export type PendingCallback = z.infer<typeof PendingCallback>;

/** What a diagnosis leaves with the incident. Undefined: it found no fault, or could not tell. */
export function faultIn({ class: faultClass, cause, hostAtFault }: FoundFault): FoundFault | undefined {
  return faultClass === 'healthy' || faultClass === 'unknown' ? undefined : { class: faultClass, cause, hostAtFault };
}

/** What the incident is about: what was found, else the last look, else the first guess. */
export function classOf({ found, diagnosis, hypothesis }: Pick<Incident, 'found' | 'diagnosis' | 'hypothesis'>) {
  return found?.class ?? diagnosis ?? hypothesis;
}

/** No execution is at work on it. */
export function isAtRest({ phase }: Pick<Incident, 'phase'>): boolean {
  return phase === 'handed-over' || phase === 'held' || phase === 'closed';
}

/** The name of the incident's current execution: the engine's idempotency key, of letters, digits, `-` and `_`, at most 64. */
export function executionName(incident: Pick<Incident, 'incidentId' | 'run'>): string {
  return `${incident.incidentId.replaceAll('.', '_')}-${incident.run}`;
}
