import { readingOf } from '../../evidence/evidence.ts';
import { measuredPaths } from '../../evidence/paths.ts';
import type { Finding } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

/** The hub could not reach the node through the tunnel until the node itself had sent: the hub's endpoint was stale. */
export function oneWayNat({ evidence, tunnelled }: Facts): Finding {
  const hub = readingOf(evidence, 'hub')?.host;
  if (!tunnelled || hub === undefined) return not('the node does not use a tunnel to a hub that was asked');
  const { node } = evidence.target;
  const paths = measuredPaths(evidence).filter((path) => path.kind === 'underlay');
  const inward = paths.find((path) => path.from === hub && path.to === node);
  const outward = paths.find((path) => path.from === node && path.to === hub);
  if (inward === undefined || outward === undefined) return not('the tunnel was not measured in both directions');
  if (inward.passed) return not('the hub reaches the node through the tunnel');
  if (!outward.passed) return not('the node cannot reach the hub either');
  return {
    type: 'found',
    class: 'one-way-nat',
    cause: 'stale-hub-endpoint',
    hostAtFault: node,
    confidence: 0.85,
    because: [`${hub} → ${node} was lost in the tunnel`, `${node} → ${hub}, probed afterwards, passes`],
  };
}

function not(why: string): Finding {
  return { type: 'not', class: 'one-way-nat', why };
}
