import * as z from 'zod';
import type { NodeObject, Taint } from '../evidence/node-object.ts';

export const CLAIM_ANNOTATION = 'restitch.dev/claim';
export const CLAIM_TAINT = 'restitch.dev/network';

/** Our mark on a node's cordon and taint: whose it is, for how long, and what was there before. Times are epoch ms. */
export const Claim = z.object({
  owner: z.literal('restitch'),
  incidentId: z.string(),
  operationKey: z.string(),
  level: z.enum(['repairing', 'quarantined']),
  before: z.object({ unschedulable: z.boolean() }),
  placedAt: z.int(),
  expiresAt: z.int(),
});

export type Claim = z.infer<typeof Claim>;

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

/** The claim on a node. An annotation that does not parse is `unreadable`: foreign, and never touched. */
export function readClaim(node: NodeObject): ClaimReading {
  const text = node.metadata.annotations[CLAIM_ANNOTATION];
  if (text === undefined) return { type: 'none' };
  try {
    const claim = Claim.safeParse(JSON.parse(text));
    return claim.success ? { type: 'ours', claim: claim.data } : { type: 'unreadable' };
  } catch {
    // Not JSON: somebody else wrote it.
    return { type: 'unreadable' };
  }
}

/**
 * Cordon, taint and annotation in one patch. What a person cordoned before stays cordoned after the release: `before`
 * is read from the node the first time and kept when the level rises. `now` is epoch milliseconds.
 */
export function planClaim(node: NodeObject, wanted: Claim, now: number): ClaimPlan {
  const reading = readClaim(node);
  if (reading.type === 'unreadable') return { type: 'refused', reason: `${CLAIM_ANNOTATION} holds something foreign` };
  const held = reading.type === 'ours' ? reading.claim : undefined;
  if (held !== undefined && held.incidentId !== wanted.incidentId && held.expiresAt > now) {
    return { type: 'refused', reason: `claimed by incident ${held.incidentId}` };
  }
  const before = held?.before ?? { unschedulable: node.spec.unschedulable === true };
  const taint: Taint = { key: CLAIM_TAINT, value: wanted.level, effect: 'NoSchedule' };
  if (held !== undefined && isInForce(node, held, wanted)) return { type: 'unchanged' };
  return {
    type: 'patch',
    patch: {
      metadata: { annotations: { [CLAIM_ANNOTATION]: JSON.stringify({ ...wanted, before }) } },
      spec: { unschedulable: true, taints: [...foreignTaints(node), taint] },
    },
  };
}

function isInForce(node: NodeObject, held: Claim, wanted: Claim): boolean {
  const taint = (node.spec.taints ?? []).find((candidate) => candidate.key === CLAIM_TAINT);
  return (
    held.incidentId === wanted.incidentId &&
    held.level === wanted.level &&
    held.operationKey === wanted.operationKey &&
    taint?.value === wanted.level &&
    node.spec.unschedulable === true
  );
}

/** Undoes what the incident's claim did and nothing else: other taints stay, a cordon that was there before stays. */
export function planRelease(node: NodeObject, incidentId: string): ReleasePlan {
  const reading = readClaim(node);
  if (reading.type === 'none') return { type: 'nothing' };
  if (reading.type === 'unreadable') return { type: 'not-ours', reason: `${CLAIM_ANNOTATION} holds something foreign` };
  if (reading.claim.incidentId !== incidentId) {
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

/** True when our claim cordoned the node and somebody lifted the cordon: a person took the node back. */
export function operatorUncordoned(node: NodeObject, incidentId: string): boolean {
  const reading = readClaim(node);
  return (
    reading.type === 'ours' &&
    reading.claim.incidentId === incidentId &&
    !reading.claim.before.unschedulable &&
    node.spec.unschedulable !== true
  );
}

function foreignTaints(node: NodeObject): readonly Taint[] {
  return (node.spec.taints ?? []).filter((taint) => taint.key !== CLAIM_TAINT);
}
