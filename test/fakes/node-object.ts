import { NodeObject } from '../../core/evidence/node-object.ts';
import { CLAIM_ANNOTATION, type Claim, type NodePatch } from '../../core/safety/node-claim.ts';

type NodeParts = {
  readonly spec?: NodeObject['spec'];
  readonly annotations?: Readonly<Record<string, string>>;
};

/** A Node named gpu-1 with just these parts. */
export function nodeWith({ spec = {}, annotations = {} }: NodeParts = {}): NodeObject {
  return NodeObject.parse({ metadata: { name: 'gpu-1', resourceVersion: '1', annotations }, spec });
}

export function claimOf(parts: Partial<Claim> = {}): Claim {
  return {
    owner: 'restitch',
    stackId: 'stack-1',
    incidentId: 'inc-1',
    operationKey: 'inc-1.bounce.1',
    level: 'repairing',
    before: { unschedulable: false },
    placedAt: 1_000,
    expiresAt: 10_000,
    ...parts,
  };
}

/** The annotations of a node that carries this claim. */
export function annotated(claim: Claim): Readonly<Record<string, string>> {
  return { [CLAIM_ANNOTATION]: JSON.stringify(claim) };
}

/** What the API server makes of a node and our patch: RFC 7396, with empty lists and a false cordon left out. */
export function applied(node: NodeObject, patch: NodePatch): NodeObject {
  const annotations = { ...node.metadata.annotations };
  for (const [key, value] of Object.entries(patch.metadata.annotations)) {
    if (value === null) delete annotations[key];
    else annotations[key] = value;
  }
  const spec = { ...node.spec };
  if (patch.spec.unschedulable === true) spec.unschedulable = true;
  if (patch.spec.unschedulable === null) delete spec.unschedulable;
  if (patch.spec.taints === null || patch.spec.taints.length === 0) delete spec.taints;
  else spec.taints = [...patch.spec.taints];
  return { ...node, metadata: { ...node.metadata, annotations }, spec };
}
