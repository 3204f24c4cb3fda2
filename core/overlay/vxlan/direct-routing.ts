import type { NodeEvidence } from '../../evidence/node-evidence.ts';
import { sameIp } from '../../network/address.ts';
import { sameCidr } from '../../network/cidr.ts';
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
