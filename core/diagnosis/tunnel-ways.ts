import { sees } from '../evidence/evidence.ts';
import type { NodeEvidence, WireGuardPeer } from '../evidence/node-evidence.ts';
import { lookUpRoute } from '../evidence/routes.ts';
import { peerCarryingAll } from '../evidence/wireguard-peer.ts';
import { type Facts, reaches } from './facts.ts';

/** Routes, forwarding and AllowedIPs that are missing for the overlay's packets. */
export interface TunnelWays {
  readonly astray: readonly AstrayAddress[];
  readonly uncarried: readonly UncarriedNode[];
  /** Networks of the node that the hub's entry for it does not hold. */
  readonly uncarriedAtHub: readonly string[];
}

/** A flannel address behind the tunnel whose route on a host does not lead into the tunnel. */
export interface AstrayAddress {
  readonly host: string;
  readonly address: string;
}

/** Another node, and which of its networks no peer of the node's tunnel carries. */
export interface UncarriedNode {
  readonly node: string;
  readonly networks: readonly string[];
}

/**
 * Loss decides: what is not routed or carried as expected, and answers all the same, is left alone. A way that was not
 * measured counts where another of its kind on the host is lost.
 */
export function tunnelWays(facts: Facts): TunnelWays {
  const { name, network } = facts;
  // Of two with one address, which contradict each other, the first.
  const nodes = new Map(network.members.toReversed().map(({ publicIp, node }) => [publicIp, node]));
  const nodeAt = (address: string) => nodes.get(address) ?? name;
  const other = ({ host, address }: AstrayAddress) => (host === name ? nodeAt(address) : name);
  const astray = astrayAddresses(facts);
  const atHub = facts.tunnel === undefined || reaches(facts, facts.tunnel.hub, name) !== 'lost';
  return {
    astray: [name, facts.tunnel?.hub].flatMap((host) =>
      withLoss(
        astray.filter((each) => each.host === host),
        (each) => reaches(facts, each.host, other(each)),
      ),
    ),
    uncarried: withLoss(uncarriedNodes(facts), ({ node }) => reaches(facts, name, node)),
    uncarriedAtHub: atHub ? [] : uncarriedAtHub(facts),
  };
}

/** Those that are lost; where any is, also those that were not measured. */
function withLoss<T>(all: readonly T[], verdictOn: (each: T) => 'lost' | 'passes' | undefined): readonly T[] {
  const verdicts = all.map(verdictOn);
  return verdicts.includes('lost') ? all.filter((_, index) => verdicts[index] !== 'passes') : [];
}

/**
 * The addresses behind the tunnel that are not routed into it, on the node and on its hub: `ip link set wg0 down; up` loses
 * those routes (measured). None where the device is not up: then nothing can be routed into it.
 */
function astrayAddresses(facts: Facts): readonly AstrayAddress[] {
  const { tunnel, node, hub, self, name, network, evidence } = facts;
  if (tunnel === undefined) return [];
  const isAstray = (measured: NodeEvidence | undefined, address: string) =>
    measured !== undefined && routesElsewhere(measured, address, evidence.wireguardDevice);
  const ofNode = network.members.filter((member) => member.node !== name && isAstray(node, member.publicIp));
  return [
    ...ofNode.map(({ publicIp }) => ({ host: name, address: publicIp })),
    ...(self !== undefined && isAstray(hub?.measured, self.publicIp)
      ? [{ host: tunnel.hub, address: self.publicIp }]
      : []),
  ];
}

function routesElsewhere(measured: NodeEvidence, address: string, device: string): boolean {
  const isUp = measured.links.some((link) => link.name === device && link.up);
  if (!isUp || !sees(measured, 'routes')) return false;
  const way = measured.ways?.find((each) => each.address === address);
  return (way === undefined ? lookUpRoute(measured.routes, address)?.device : way.device) !== device;
}

/** The other nodes that the node's tunnel does not carry; none where its peers could not be read. */
function uncarriedNodes({ tunnel, network, name }: Facts): readonly UncarriedNode[] {
  const peers = tunnel?.atNode.at(-1)?.wireguard.peers;
  if (peers === undefined) return [];
  return network.members.flatMap(({ node }) => {
    const networks = node === name ? [] : notCarried(peers, network.carriedNetworks(node));
    return networks.length === 0 ? [] : [{ node, networks }];
  });
}

function uncarriedAtHub({ tunnel, network, name }: Facts): readonly string[] {
  const entry = tunnel?.nodeAtHub.at(-1);
  return entry === undefined ? [] : notCarried([entry], network.carriedNetworks(name));
}

function notCarried(peers: readonly WireGuardPeer[], networks: readonly string[]): readonly string[] {
  const isFull = ({ allowedIps }: WireGuardPeer) => allowedIps.some((cidr) => cidr.endsWith('/0'));
  return networks.filter((network) => !peers.some((peer) => isFull(peer) || peerCarryingAll(peer, network)));
}
