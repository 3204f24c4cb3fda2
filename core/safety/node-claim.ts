import * as z from 'zod';
import type { NodeObject, Taint } from '../evidence/node-object.ts';

export const CLAIM_ANNOTATION = 'restitch.dev/claim';
export const CLAIM_TAINT = 'restitch.dev/network';
const CLAIM_TAINT_EFFECT = 'NoSchedule';

/** Our mark on a node's cordon and taint: whose it is, for how long, and what was there before. Times are epoch ms. */
export const Claim = z.object({
  owner: z.literal('restitch'),
  stackId: z.string().optional().describe('the deployment whose table has the incident; version 0.1.0 wrote none'),
  nodeUid: z.string().optional().describe('the Node object that was looked at; absent where the cluster gave none'),
  incidentId: z.string(),
  operationKey: z.string(),
  level: z
    .enum(['gated', 'repairing', 'quarantined'])
    .describe('`gated` is the taint alone; the others cordon the node as well'),
  before: z.object({ unschedulable: z.boolean() }),
  gatedAt: z.int().optional().describe('since when the node is gated: it stays so when the repair ends'),
  placedAt: z.int(),
  expiresAt: z.int(),
});

export type Claim = z.infer<typeof Claim>;

/** Whose claim it is. Two deployments may have incidents of the same name. */
export type ClaimHolder = Pick<Claim, 'incidentId' | 'stackId'> & {
  /** Only this very claim: one that was renewed meanwhile is another. */
  readonly operationKey?: string;
  /** Ends the repair only: a node that was gated before it stays gated. */
  readonly keepGate?: boolean;
};

export type ClaimReading =
  | { readonly type: 'none' }
  | { readonly type: 'ours'; readonly claim: Claim }
  | { readonly type: 'unreadable' };

/** A merge patch of a Node, without the resourceVersion that the adapter adds. */
export interface NodePatch {
  readonly metadata: { readonly annotations: Readonly<Record<string, string | null>> };
  readonly spec: { readonly unschedulable?: true | null; readonly taints: readonly Taint[] | null };
}

export type ClaimPlan =
  | { readonly type: 'patch'; readonly patch: NodePatch }
  | { readonly type: 'unchanged' }
  | { readonly type: 'refused'; readonly reason: string };

export type ReleasePlan =
  /** `to`: what the node is then. */
  | { readonly type: 'patch'; readonly patch: NodePatch; readonly to: 'free' | 'gated' }
  | { readonly type: 'nothing' }
  | { readonly type: 'not-ours'; readonly reason: string };

/** The claim on a node. An annotation that does not parse is `unreadable`: it is treated as foreign and never changed. */
export function readClaim(node: NodeObject): ClaimReading {
  const text = node.metadata.annotations[CLAIM_ANNOTATION];
  if (text === undefined) return { type: 'none' };
  try {
    const claim = Claim.safeParse(JSON.parse(text));
    return claim.success ? { type: 'ours', claim: claim.data } : { type: 'unreadable' };
  } catch {
    // Not JSON, so not written by us.
    return { type: 'unreadable' };
  }
}

/**
 * Cordon, taint and annotation in one patch. A node that a person had cordoned stays cordoned after the release: `before` is
 * read from the node for the first claim, and kept when the level rises. An expired claim of another incident is taken over
 * together with its `before`. A node that a person uncordoned during this incident is not cordoned again, and a Node that was
 * created anew since it was looked at is left alone. `now` is epoch milliseconds.
 */
export function planClaim(node: NodeObject, wanted: Claim, now: number): ClaimPlan {
  const reading = readClaim(node);
  if (reading.type === 'unreadable')
    return { type: 'refused', reason: `the annotation ${CLAIM_ANNOTATION} was not written by Restitch` };
  if (isAnotherNode(node, wanted.nodeUid)) return { type: 'refused', reason: 'the Node was created anew' };
  const held = reading.type === 'ours' ? reading.claim : undefined;
  if (held !== undefined && !isHeldBy(held, wanted) && !claimExpired(held, now)) {
    return { type: 'refused', reason: `claimed by incident ${held.incidentId}` };
  }
  if (operatorUncordoned(node, wanted)) {
    return { type: 'refused', reason: 'a person lifted the cordon or the taint of this incident' };
  }
  if (wanted.level === 'gated' && held !== undefined && held.level !== 'gated')
    return { type: 'refused', reason: 'the node is cordoned by a claim already' };
  if (held !== undefined && isInForce(node, held, wanted)) return { type: 'unchanged' };
  const gatedAt = held !== undefined && isHeldBy(held, wanted) ? (held.gatedAt ?? wanted.gatedAt) : wanted.gatedAt;
  const claim: Claim = { ...wanted, before: before(node, held), ...(gatedAt === undefined ? {} : { gatedAt }) };
  const spec = { taints: [...foreignTaints(node), taintOf(claim)] };
  return {
    type: 'patch',
    patch: {
      metadata: { annotations: { [CLAIM_ANNOTATION]: JSON.stringify(claim) } },
      spec: claim.level === 'gated' ? spec : { unschedulable: true, ...spec },
    },
  };
}

function taintOf({ level }: Claim): Taint {
  return { key: CLAIM_TAINT, value: level, effect: CLAIM_TAINT_EFFECT };
}

/** A claim ends at `expiresAt` (inclusive). After that another incident may take the node over. */
export function claimExpired(claim: Claim, now: number): boolean {
  return claim.expiresAt <= now;
}

/** A node that is schedulable now has no earlier cordon to keep, even if an older claim recorded one. */
function before(node: NodeObject, held: Claim | undefined): Claim['before'] {
  if (node.spec.unschedulable !== true) return { unschedulable: false };
  // A gated node is not cordoned by us.
  return held === undefined || held.level === 'gated' ? { unschedulable: true } : held.before;
}

function isInForce(node: NodeObject, held: Claim, wanted: Claim): boolean {
  const taint = (node.spec.taints ?? []).find(isOurTaint);
  const isCordonedAsWanted = wanted.level === 'gated' || node.spec.unschedulable === true;
  // A repair of a quarantined node leaves it quarantined: the claim that counts is there already.
  if (isHeldBy(held, wanted) && held.level === 'quarantined' && wanted.level === 'repairing')
    return taint?.value === held.level && node.spec.unschedulable === true;
  return (
    isHeldBy(held, wanted) &&
    held.stackId === wanted.stackId &&
    held.level === wanted.level &&
    held.operationKey === wanted.operationKey &&
    held.expiresAt >= wanted.expiresAt &&
    taint?.value === wanted.level &&
    isCordonedAsWanted
  );
}

/** A claim without a stack id is of version 0.1.0; there the incident decides alone. */
export function isHeldBy(claim: Claim, { incidentId, stackId }: ClaimHolder): boolean {
  return claim.incidentId === incidentId && (claim.stackId === undefined || claim.stackId === stackId);
}

/** True when the Node is not the one that was looked at. A UID that is not known on either side tells nothing. */
export function isAnotherNode(node: NodeObject, uid: string | undefined): boolean {
  return uid !== undefined && node.metadata.uid !== undefined && node.metadata.uid !== uid;
}

/** Undoes only what the incident's claim did: other taints stay, and so does a cordon that is not ours. */
export function planRelease(node: NodeObject, holder: ClaimHolder): ReleasePlan {
  const reading = readClaim(node);
  if (reading.type === 'none') return { type: 'nothing' };
  if (reading.type === 'unreadable')
    return { type: 'not-ours', reason: `the annotation ${CLAIM_ANNOTATION} was not written by Restitch` };
  const { claim } = reading;
  const { operationKey = claim.operationKey, keepGate = false } = holder;
  if (!isHeldBy(claim, holder) || claim.operationKey !== operationKey) {
    return { type: 'not-ours', reason: `claimed by incident ${claim.incidentId}` };
  }
  const gate: Claim | undefined =
    keepGate && claim.gatedAt !== undefined
      ? { ...claim, level: 'gated', before: { unschedulable: false } }
      : undefined;
  const taints = [...foreignTaints(node), ...(gate === undefined ? [] : [taintOf(gate)])];
  const cordon = claim.before.unschedulable || claim.level === 'gated' ? {} : { unschedulable: null };
  return {
    type: 'patch',
    to: gate === undefined ? 'free' : 'gated',
    patch: {
      metadata: { annotations: { [CLAIM_ANNOTATION]: gate === undefined ? null : JSON.stringify(gate) } },
      spec: { ...cordon, taints: taints.length === 0 ? null : taints },
    },
  };
}

/**
 * True when a person took the node back: our claim cordoned it and it is no longer cordoned, or it was gated and our taint is
 * gone.
 */
export function operatorUncordoned(node: NodeObject, holder: ClaimHolder): boolean {
  const reading = readClaim(node);
  if (reading.type !== 'ours' || !isHeldBy(reading.claim, holder)) return false;
  const { level, before: earlier } = reading.claim;
  return level === 'gated' ? !hasClaimTaint(node) : !earlier.unschedulable && node.spec.unschedulable !== true;
}

/** What the person did who took the node back. */
export function takenBackReason(node: NodeObject): string {
  const reading = readClaim(node);
  const isGate = reading.type === 'none' || (reading.type === 'ours' && reading.claim.level === 'gated');
  return isGate ? `a person removed the taint ${CLAIM_TAINT}` : 'a person uncordoned the node';
}

/** True when the taint of a claim keeps the scheduler away, whoever's claim it is. */
export function hasClaimTaint({ spec }: NodeObject): boolean {
  return (spec.taints ?? []).some(isOurTaint);
}

/** True when the node is cordoned, and not by a claim: a person or another controller did it. */
export function cordonedByOthers(node: NodeObject): boolean {
  if (node.spec.unschedulable !== true) return false;
  const reading = readClaim(node);
  return reading.type !== 'ours' || reading.claim.level === 'gated' || reading.claim.before.unschedulable;
}

function foreignTaints(node: NodeObject): readonly Taint[] {
  return (node.spec.taints ?? []).filter((taint) => !isOurTaint(taint));
}

/** Kubernetes identifies a taint by key and effect: the same key with another effect is not ours. */
function isOurTaint(taint: Taint): boolean {
  return taint.key === CLAIM_TAINT && taint.effect === CLAIM_TAINT_EFFECT;
}
