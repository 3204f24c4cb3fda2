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
  level: z.enum(['repairing', 'quarantined']),
  before: z.object({ unschedulable: z.boolean() }),
  placedAt: z.int(),
  expiresAt: z.int(),
});

export type Claim = z.infer<typeof Claim>;

/** Whose claim it is. Two deployments may have incidents of the same name. */
export type ClaimHolder = Pick<Claim, 'incidentId' | 'stackId'> & {
  /** Only this very claim: one that was renewed meanwhile is another. */
  readonly operationKey?: string;
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
  | { readonly type: 'patch'; readonly patch: NodePatch }
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
    return { type: 'refused', reason: 'a person lifted the cordon of this incident' };
  }
  if (held !== undefined && isInForce(node, held, wanted)) return { type: 'unchanged' };
  const taint: Taint = { key: CLAIM_TAINT, value: wanted.level, effect: CLAIM_TAINT_EFFECT };
  return {
    type: 'patch',
    patch: {
      metadata: { annotations: { [CLAIM_ANNOTATION]: JSON.stringify({ ...wanted, before: before(node, held) }) } },
      spec: { unschedulable: true, taints: [...foreignTaints(node), taint] },
    },
  };
}

/** A claim ends at `expiresAt` (inclusive). After that another incident may take the node over. */
export function claimExpired(claim: Claim, now: number): boolean {
  return claim.expiresAt <= now;
}

/** A node that is schedulable now has no earlier cordon to keep, even if an older claim recorded one. */
function before(node: NodeObject, held: Claim | undefined): Claim['before'] {
  if (node.spec.unschedulable !== true) return { unschedulable: false };
  return held?.before ?? { unschedulable: true };
}

function isInForce(node: NodeObject, held: Claim, wanted: Claim): boolean {
  const taint = (node.spec.taints ?? []).find(isOurTaint);
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
    node.spec.unschedulable === true
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

/** Undoes only what the incident's claim did: other taints stay, and so does an earlier cordon. */
export function planRelease(node: NodeObject, holder: ClaimHolder): ReleasePlan {
  const reading = readClaim(node);
  if (reading.type === 'none') return { type: 'nothing' };
  if (reading.type === 'unreadable')
    return { type: 'not-ours', reason: `the annotation ${CLAIM_ANNOTATION} was not written by Restitch` };
  const { operationKey = reading.claim.operationKey } = holder;
  if (!isHeldBy(reading.claim, holder) || reading.claim.operationKey !== operationKey) {
    return { type: 'not-ours', reason: `claimed by incident ${reading.claim.incidentId}` };
  }
  const taints = foreignTaints(node);
  const cordon = reading.claim.before.unschedulable ? {} : { unschedulable: null };
  return {
    type: 'patch',
    patch: {
      metadata: { annotations: { [CLAIM_ANNOTATION]: null } },
      spec: { ...cordon, taints: taints.length === 0 ? null : taints },
    },
  };
}

/** True when our claim cordoned the node and it is no longer cordoned: a person took the node back. */
export function operatorUncordoned(node: NodeObject, holder: ClaimHolder): boolean {
  const reading = readClaim(node);
  return (
    reading.type === 'ours' &&
    isHeldBy(reading.claim, holder) &&
    !reading.claim.before.unschedulable &&
    node.spec.unschedulable !== true
  );
}

/** True when the node is cordoned, and not by a claim: a person or another controller did it. */
export function cordonedByOthers(node: NodeObject): boolean {
  if (node.spec.unschedulable !== true) return false;
  const reading = readClaim(node);
  return reading.type !== 'ours' || reading.claim.before.unschedulable;
}

function foreignTaints(node: NodeObject): readonly Taint[] {
  return (node.spec.taints ?? []).filter((taint) => !isOurTaint(taint));
}

/** Kubernetes identifies a taint by key and effect: the same key with another effect is not ours. */
function isOurTaint(taint: Taint): boolean {
  return taint.key === CLAIM_TAINT && taint.effect === CLAIM_TAINT_EFFECT;
}
