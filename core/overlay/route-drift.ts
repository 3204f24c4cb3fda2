import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { narrowerRows, routeNotNarrower, usualMetric } from '../evidence/routes.ts';
import type { Drift } from './drift.ts';
import type { Member } from './member.ts';
import { leadsToNetwork } from './route-owner.ts';

/** Narrower routes that take a part of the peer's pods elsewhere. */
export function shadowsOf(host: string, peer: Member, measured: NodeEvidence, device: string): readonly Drift[] {
  return narrowerRows(measured.routes, peer.podCidr)
    .filter(([, , dev]) => dev !== device)
    .map((row): Drift => {
      const [destination, , dev] = row;
      const type = leadsToNetwork(row, measured) ? 'network-overlap' : 'route-shadowed';
      return { type, host, peer: peer.node, destination, device: dev };
    });
}

/**
 * A route of exactly the peer's pods that is not the expected one. flannel's wins against every route with a higher metric: such a
 * route did not replace it and is only what packets take since it is gone.
 */
export function otherRoute(
  host: string,
  peer: Member,
  row: NodeEvidence['routes'][number],
  measured: NodeEvidence,
): Drift {
  const [destination, gateway, dev, , , , , , metric = 0] = row;
  if (leadsToNetwork(row, measured))
    return { type: 'network-overlap', host, peer: peer.node, destination, device: dev };
  if (metric > usualMetric(destination)) return { type: 'route-missing', host, peer: peer.node };
  return { type: 'route-wrong', host, peer: peer.node, actual: `via ${gateway ?? 'nothing'} dev ${dev}` };
}

/** wg-quick makes an aggregate route when AllowedIPs hold the pod network: then the pods' packets escape into the tunnel. */
export function withoutRoute(host: string, peer: Member, { routes, links }: NodeEvidence): Drift {
  const wider = routeNotNarrower(routes, peer.podCidr, peer.overlayIp);
  const kind = links.find(({ name }) => name === wider?.device)?.kind;
  if (wider === undefined || (kind !== 'wireguard' && kind !== 'tun'))
    return { type: 'route-missing', host, peer: peer.node };
  return { type: 'route-wrong', host, peer: peer.node, actual: `${wider.destination} dev ${wider.device}` };
}
