import { deviceWith } from '../../evidence/device-with.ts';
import type { NodeEvidence } from '../../evidence/node-evidence.ts';
import { lookUpRoute } from '../../evidence/routes.ts';
import { sameIp } from '../../network/address.ts';
import { sameCidr } from '../../network/cidr.ts';
import type { OverlayConfig } from '../overlay-config.ts';
import type { VxlanVtep } from './vtep.ts';

/**
 * The peer's pods are reached through the peer itself, beside the overlay: what flannel's option DirectRouting makes for nodes
 * of one network. Such a peer needs no neighbour and no forwarding entry.
 */
export function isDirect({ routes }: NodeEvidence, device: string, { podCidr, publicIp }: VxlanVtep): boolean {
  return routes.some(
    ([destination, gateway, dev]) =>
      dev !== device && gateway !== null && sameIp(gateway, publicIp) && sameCidr(destination, podCidr),
  );
}

/**
 * The device through which flannel must reach the peer directly: the fleet has DirectRouting, and the peer is a neighbour on
 * flannel's external interface (flannel pkg/ip/iface.go, DirectRouting). Undefined: it goes through the overlay, or
 * nobody could tell.
 */
export function directDevice(
  { directRouting }: OverlayConfig,
  self: VxlanVtep,
  peer: VxlanVtep,
  measured: NodeEvidence,
): string | undefined {
  if (directRouting !== true) return undefined;
  const device = deviceWith(measured, self.publicIp);
  const way = lookUpRoute(measured.routes, peer.publicIp);
  return way !== undefined && way.gateway === null && way.device === device ? device : undefined;
}
