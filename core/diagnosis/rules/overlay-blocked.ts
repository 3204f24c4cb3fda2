import { allPass, measuredPaths } from '../../evidence/paths.ts';
import type { Finding } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

/** State is clean and the tunnel passes both ways, but nothing encapsulated arrives: a filter on UDP 8472. */
export function overlayBlocked(facts: Facts): Finding {
  const { evidence, drifts } = facts;
  if (drifts.length > 0) return not('the tables differ from what they must be');
  if (!allPass(evidence, ['underlay'])) return not('the layer below does not pass in both directions');
  const overlay = measuredPaths(evidence).filter(
    (path) => path.kind === 'vtep' && (path.from === evidence.target.node || path.to === evidence.target.node),
  );
  if (overlay.length === 0) return not('the overlay was not measured');
  if (overlay.some((path) => path.passed)) return not('VXLAN passes on some path');
  return {
    type: 'found',
    class: 'overlay-blocked',
    cause: 'vxlan-port-filtered',
    hostAtFault: evidence.target.node,
    confidence: overlay.length > 2 ? 0.85 : 0.75,
    because: [
      'the tunnel passes in both directions',
      'VXLAN is lost to and from every measured peer, with clean tables',
    ],
  };
}

function not(why: string): Finding {
  return { type: 'not', class: 'overlay-blocked', why };
}
