import { type Drift, type DriftType, describeDrift } from '../../evidence/drift.ts';
import type { Finding } from '../diagnosis.ts';
import { driftConfidence } from '../drift-confidence.ts';
import type { Facts } from '../facts.ts';

/** The cause is the deepest layer that differs: without the device there are no entries, without entries no packets. */
const deepestFirst: readonly DriftType[] = [
  'device-missing',
  'device-down',
  'device-wrong',
  'fdb-missing',
  'fdb-wrong',
  'neighbour-wrong',
  'neighbour-missing',
  'route-wrong',
];

/** The VXLAN device or its tables, on the node or on a peer, are not what the Node objects demand. */
export function vxlanWedge(facts: Facts): Finding {
  const { drifts } = facts;
  const cause = deepestFirst.find((type) => drifts.some((drift) => drift.type === type));
  if (cause === undefined) {
    return not(
      drifts.length === 0 ? 'device, neighbours, forwarding entries and routes are as expected' : 'only routes differ',
    );
  }
  const { confidence, because } = driftConfidence(facts);
  return {
    type: 'found',
    class: 'vxlan-wedge',
    cause: isBounced(drifts) ? 'link-bounced' : cause,
    hostAtFault: drifts.find((drift) => drift.type === cause)?.host ?? null,
    confidence,
    because: [...drifts.map(describeDrift), ...because],
  };
}

/** A link that went down and up lost its routes and neighbours and kept its forwarding entries (measured). */
function isBounced(drifts: readonly Drift[]): boolean {
  const types = new Set(drifts.map((drift) => drift.type));
  return types.size === 2 && types.has('neighbour-missing') && types.has('route-missing');
}

function not(why: string): Finding {
  return { type: 'not', class: 'vxlan-wedge', why };
}
