import * as z from 'zod';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { findNode } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { type BreakerLimits, type BreakerRecord, forbiddenByBreaker } from './breaker.ts';
import { breakerScopes } from './breaker-scopes.ts';
import type { CapacitySlot } from './disruption-budget.ts';
import type { GuardName } from './guards/guard.ts';
import { describeHandsOff, type HandsOff } from './hands-off.ts';
import { type CapacityView, judgeCapacity } from './judge-capacity.ts';
import { cordonedByOthers, isAnotherNode, readClaim } from './node-claim.ts';
import { describePause, type PauseList, pauseFor } from './pause.ts';

/** Since when the network of a node is known to be sick (epoch milliseconds), and of which Node object. */
export const Sickness = z.object({ since: z.int(), nodeUid: z.string().optional() });

export type Sickness = z.infer<typeof Sickness>;

/** One look at a node, as far as health gating needs it. `at`: epoch milliseconds. */
export type Checkup = Pick<Diagnosis, 'class' | 'confidence'> & {
  readonly networkPasses: boolean;
  readonly nodeUid: string | undefined;
  readonly at: number;
};

/** The least that any quarantine demands of a diagnosis. */
const MIN_CONFIDENCE = 0.6;

/**
 * The sickness after one more look. It begins with a diagnosis, and ends when everything that was measured passes. A look that
 * tells nothing neither begins nor ends it. A Node that was created anew begins afresh.
 */
export function sickness(known: Sickness | undefined, look: Checkup): Sickness | undefined {
  const { networkPasses, class: faultClass, confidence, nodeUid, at } = look;
  if (networkPasses) return undefined;
  const same = known?.nodeUid === nodeUid ? known : undefined;
  if (faultClass === 'unknown' || faultClass === 'healthy' || confidence < MIN_CONFIDENCE) return same;
  return same ?? { since: at, ...(nodeUid === undefined ? {} : { nodeUid }) };
}

/** Whether a node has been sick for the configured time. Zero seconds: nothing is ever gated. `now`: epoch milliseconds. */
export function isGateDue(sick: Sickness | undefined, afterSeconds: number, now: number): sick is Sickness {
  return sick !== undefined && afterSeconds > 0 && now - sick.since >= afterSeconds * 1_000;
}

/** What is asked before a node is gated. */
export interface GateSnapshot {
  readonly incidentId: string;
  readonly cluster: string;
  readonly node: string;
  readonly faultClass: Diagnosis['class'];
  readonly sick: Sickness;
  readonly handsOff: HandsOff | undefined;
  readonly capacity: CapacityView;
  readonly slots: readonly CapacitySlot[];
  readonly pauses: PauseList | undefined;
  readonly breakers: BreakerRecord | undefined;
  readonly breakerLimits: BreakerLimits;
  readonly now: number;
}

/** Why a node is not gated now. Nothing is lost by it: the next pass asks again. `inputs`: what the guard looked at, as JSON. */
export interface GateObjection {
  readonly guard: GuardName;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

type Objection = GateObjection | undefined;

/**
 * Asks the guards whether the taint may be set now, in their order. Undefined: it may. A node that is cordoned already needs no
 * taint. The last node of a pool is not gated, because a person would have to be asked.
 */
export function judgeGate(snapshot: GateSnapshot): Objection {
  const node = findNode(snapshot.capacity.nodes, snapshot.node);
  if (node === undefined) return { guard: 'target', reason: 'the Node object is gone', inputs: {} };
  for (const guard of [paused, target, person, claim, budget, breaker]) {
    const objection = guard(snapshot, node);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function paused({ cluster, faultClass, pauses, capacity, now }: GateSnapshot, node: NodeObject): Objection {
  const pool = node.metadata.labels[capacity.labels.pool];
  const subject = { cluster, pools: pool === undefined ? [] : [pool], class: faultClass };
  const pause = pauseFor(pauses, subject, now);
  return pause && { guard: 'paused', reason: describePause(pause), inputs: { subject, pause } };
}

function target({ sick }: GateSnapshot, node: NodeObject): Objection {
  if (!isAnotherNode(node, sick.nodeUid)) return undefined;
  return {
    guard: 'target',
    reason: 'the Node was created anew',
    inputs: { seen: sick.nodeUid, uid: node.metadata.uid },
  };
}

function person({ handsOff }: GateSnapshot): Objection {
  return handsOff && { guard: 'person', reason: describeHandsOff(handsOff), inputs: { handsOff } };
}

function claim(_: GateSnapshot, node: NodeObject): Objection {
  const reading = readClaim(node);
  const no = (reason: string): Objection => ({ guard: 'claim', reason, inputs: { claim: reading } });
  if (reading.type === 'unreadable') return no('the claim on the node cannot be read');
  if (cordonedByOthers(node)) return no('somebody else has cordoned the node');
  if (reading.type === 'none' || reading.claim.level === 'gated') return undefined;
  return no(`the node is cordoned by incident ${reading.claim.incidentId}`);
}

function budget({ capacity, slots, node, now }: GateSnapshot): Objection {
  const verdict = judgeCapacity(capacity, slots, { nodes: [node], now });
  if (verdict.type === 'fits') return undefined;
  return { guard: 'budget', reason: verdict.reason, inputs: { scopes: verdict.uses } };
}

function breaker(snapshot: GateSnapshot, node: NodeObject): Objection {
  const { cluster, incidentId, breakers, breakerLimits, capacity, now } = snapshot;
  if (breakers === undefined) return undefined;
  const scopes = breakerScopes(cluster, node, capacity.nodes, capacity.labels).map(({ name }) => name);
  const candidate = { incidentId, node: snapshot.node, cheapest: false };
  const reason = forbiddenByBreaker(breakers, scopes, candidate, breakerLimits, now);
  return reason === undefined ? undefined : { guard: 'breaker', reason, inputs: { scopes } };
}
