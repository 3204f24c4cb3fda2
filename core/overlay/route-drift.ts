import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { lookUpRoute, narrowerRoutes, rowsNotNarrower } from '../evidence/routes.ts';
import type { Drift } from './drift.ts';
import type { Member } from './member.ts';

/** Narrower routes that take a part of the peer's pods elsewhere. */
export function shadowsOf(host: string, peer: Member, { routes }: NodeEvidence, device: string): readonly Drift[] {
  return narrowerRoutes(routes, peer.podCidr)
    .filter((route) => route.device !== device)
    .map(
      (route): Drift => ({
        type: 'route-shadowed',
        host,
        peer: peer.node,
        destination: route.destination,
        device: route.device,
      }),
    );
}

/** wg-quick makes an aggregate route when AllowedIPs hold the pod network: then the pods' packets escape into the tunnel. */
export function withoutRoute(host: string, peer: Member, { routes, links }: NodeEvidence): Drift {
  const wider = lookUpRoute(rowsNotNarrower(routes, peer.podCidr), peer.overlayIp);
  const kind = links.find(({ name }) => name === wider?.device)?.kind;
  if (wider === undefined || (kind !== 'wireguard' && kind !== 'tun'))
    return { type: 'route-missing', host, peer: peer.node };
  return { type: 'route-wrong', host, peer: peer.node, actual: `${wider.destination} dev ${wider.device}` };
}
