import { hubPeerKey } from '../faults/hub-peer-key.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import { addressOf, CLUSTER_CIDR, podCidr, TUNNEL_CIDR } from '../namespaces/topology.ts';
import { CLUSTER6, dualStackFleet, network6, type SecondFamily, TUNNEL6, tunnel6 } from './dual-stack-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

const HUB = 'hub-1';
/** The cloud node gets its part in the tunnel from the backend. */
const addressInTunnel = ({ name, wireguard }: LabHost) =>
  name === 'cloud-1' ? '10.200.0.20' : addressOf(wireguard?.address ?? '');

/** flannel's host-gw: one route per peer for the second family too, and AllowedIPs that hold the pods of all. */
const routesOfBoth: SecondFamily = {
  external: (host) => ({ address: tunnel6(host), dev: 'wg0' }),
  withTunnel: (host) => host,
  turns: [carryBoth, programRoutes],
};

function carryBoth(host: LabHost, peers: readonly LabHost[]): readonly string[] {
  const address = host.wireguard === undefined ? [`ip addr add ${tunnel6(host)}/64 dev wg0 nodad`] : [];
  if (host.name !== HUB) {
    const networks = [TUNNEL_CIDR, CLUSTER_CIDR, TUNNEL6, CLUSTER6].join(',');
    return [...address, `wg set wg0 peer "$(wg show wg0 peers)" allowed-ips ${networks}`];
  }
  return peers.map((peer) => {
    const own = addressInTunnel(peer);
    const networks = [`${own}/32`, podCidr(peer), `${tunnel6(peer)}/128`, `${network6(peer)}/64`].join(',');
    return `wg set wg0 peer "${hubPeerKey(own)}" allowed-ips ${networks}`;
  });
}

function programRoutes(_host: LabHost, peers: readonly LabHost[]): readonly string[] {
  return peers.map((peer) => `ip route replace ${network6(peer)}/64 via ${tunnel6(peer)} dev wg0`);
}

export const dualStackHostGw: LabVariant = {
  name: 'dual-stack-host-gw',
  story: 'flannel makes routes only, of two pod networks, and the tunnel carries the pods of both.',
  fleet: dualStackFleet(routesOfBoth, { backend: 'host-gw' }),
};
