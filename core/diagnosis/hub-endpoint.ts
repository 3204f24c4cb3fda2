import { sameKey } from '../evidence/wireguard-peer.ts';
import { type Facts, passes } from './facts.ts';

export interface StaleHubEndpoint {
  /** address:port that the node sends to. */
  readonly here: string;
  /** The one that a peer of another site sends to, whose tunnel works. */
  readonly elsewhere: string;
}

/**
 * The node sends its tunnel's packets to where the hub no longer is: `wg` asks DNS once, when it is configured. Nobody tells it
 * better, because the hub cannot reach a node behind a NAT first. Undefined when both know the same place, or one has none.
 */
export function staleHubEndpoint(facts: Facts): StaleHubEndpoint | undefined {
  const { tunnel, peer } = facts;
  const own = tunnel?.hubAtNode.at(-1);
  if (tunnel === undefined || peer === undefined || own === undefined || own.endpoint === null) return undefined;
  if (passes(facts, 'underlay', peer.name, tunnel.hub) !== true) return undefined;
  const elsewhere = peer.measured?.wireguard?.peers.find(({ publicKey }) =>
    sameKey(publicKey, own.publicKey),
  )?.endpoint;
  if (elsewhere === undefined || elsewhere === null || elsewhere === own.endpoint) return undefined;
  return isIpv6(elsewhere) === isIpv6(own.endpoint) ? { here: own.endpoint, elsewhere } : undefined;
}

/** A hub with addresses of both versions is at two places rightly. */
function isIpv6(endpoint: string): boolean {
  return endpoint.startsWith('[');
}
