import { describeDrift } from '../../evidence/drift.ts';
import type { Finding } from '../diagnosis.ts';
import { driftConfidence } from '../drift-confidence.ts';
import type { Facts } from '../facts.ts';

/** Only routes to peers' pod networks are missing; the VXLAN tables themselves are as they must be. */
export function missingRoute(facts: Facts): Finding {
  const { drifts } = facts;
  const [first] = drifts;
  if (first === undefined) return not('every expected route is there');
  if (drifts.some((drift) => drift.type !== 'route-missing')) return not('more than routes differs');
  const { confidence, because } = driftConfidence(facts);
  return {
    type: 'found',
    class: 'missing-route',
    cause: 'peer-pod-route-missing',
    hostAtFault: first.host,
    confidence,
    because: [...drifts.map(describeDrift), ...because],
  };
}

function not(why: string): Finding {
  return { type: 'not', class: 'missing-route', why };
}
