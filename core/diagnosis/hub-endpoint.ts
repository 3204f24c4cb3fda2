import { sameKey } from '../evidence/wireguard-peer.ts';
import { type Facts, passes } from './facts.ts';

export interface StaleHubEndpoint {
  /** address:port that the node sends to. */
  readonly here: string;
  /** address:port that a peer of another site with a working tunnel sends to. */
  readonly elsewhere: string;
}

/**
 * The node sends its tunnel's packets to an old address of the hub: `wg` asks DNS only once, when it is configured. It does not
 * learn the new one, because the hub cannot reach a node behind a NAT first. Undefined when both endpoints are the same, or one
 * is not known.
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

/** A hub may have addresses of both IP versions; these are not compared. */
function isIpv6(endpoint: string): boolean {
  return endpoint.startsWith('[');
}
