import { holdsAddress } from '../network/cidr.ts';
import type { Facts } from './facts.ts';

/**
 * The networks of the hub's routes into its WireGuard device that contain a node's tunnel address. Routes for a single address
 * are left out: they only set the MTU for one peer.
 */
export function tunnelNetworks({ hub, evidence, network }: Facts, node: string): readonly string[] {
  const address = network.members.find((member) => member.node === node)?.publicIp;
  if (address === undefined) return [];
  return (hub?.measured?.routes ?? [])
    .filter(([, gateway, device]) => gateway === null && device === evidence.wireguardDevice)
    .map(([destination]) => destination)
    .filter(
      (destination) => destination.includes('/') && !destination.endsWith('/32') && holdsAddress(destination, address),
    );
}
