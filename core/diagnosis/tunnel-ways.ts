import { sees } from '../evidence/evidence.ts';
import type { Vtep } from '../evidence/expected-network.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { lookUpRoute } from '../evidence/routes.ts';
import { peerCarrying } from '../evidence/wireguard-peer.ts';
import type { Facts } from './facts.ts';

/** A flannel address behind the tunnel to which a host sends some other way. */
export interface AstrayAddress {
  readonly host: string;
  readonly address: string;
}

/**
 * The addresses behind the tunnel that are not routed into it, on the node and on its hub: `ip link set wg0 down; up` loses
 * those routes (measured). None where the device is not up: then nothing can be routed into it.
 */
export function astrayAddresses(facts: Facts): readonly AstrayAddress[] {
  const { tunnel, node, hub, self, name, network, evidence } = facts;
  if (tunnel === undefined) return [];
  const isAstray = (measured: NodeEvidence | undefined, address: string) =>
    measured !== undefined && routesElsewhere(measured, address, evidence.wireguardDevice);
  const ofNode = network.vteps.filter((vtep) => vtep.node !== name && isAstray(node, vtep.publicIp));
  return [
    ...ofNode.map(({ publicIp }) => ({ host: name, address: publicIp })),
    ...(self !== undefined && isAstray(hub?.measured, self.publicIp)
      ? [{ host: tunnel.hub, address: self.publicIp }]
      : []),
  ];
}

function routesElsewhere(measured: NodeEvidence, address: string, device: string): boolean {
  const isUp = measured.links.some((link) => link.name === device && link.up);
  return isUp && sees(measured, 'routes') && lookUpRoute(measured.routes, address)?.device !== device;
}

/** The other nodes whose flannel address no peer of the node's tunnel carries; none where its peers could not be read. */
export function uncarriedNodes({ tunnel, network, name }: Facts): readonly Vtep[] {
  const peers = tunnel?.atNode.at(-1)?.wireguard.peers;
  if (peers === undefined) return [];
  return network.vteps.filter((vtep) => vtep.node !== name && !peers.some((peer) => peerCarrying(peer, vtep.publicIp)));
}
