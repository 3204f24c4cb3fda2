import { flannelPeerKey } from '../faults/native/flannel-peer-key.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import { podCidr } from '../namespaces/topology.ts';
import {
  CLUSTER6,
  carryingBoth,
  dualStackFleet,
  network6,
  type SecondFamily,
  tunnelOrVpc,
} from './dual-stack-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

/** flannel's default is 51821 (ListenPortV6), which the first device has here. */
const PORT = 51822;
const DEVICE = 'flannel-wg-v6';

/**
 * flannel's WireGuard in its mode `separate`: a second device with the same key (flannel pkg/backend/wireguard, both are set up from one
 * key file), every other node a peer for its IPv6 pods, and one route for all.
 */
const nativeOfBoth: SecondFamily = {
  external: tunnelOrVpc,
  withTunnel: carryingBoth,
  turns: [makeDevice, startDevice],
};

function makeDevice(host: LabHost, peers: readonly LabHost[]): readonly string[] {
  const { dev } = tunnelOrVpc(host);
  return [
    `LOG_LEVEL=silent wireguard-go ${DEVICE} >/dev/null 2>&1 </dev/null`,
    `wg set ${DEVICE} private-key /run/flannel/wgkey listen-port ${PORT}`,
    ...peers.map((peer) => {
      const endpoint = `[${tunnelOrVpc(peer).address}]:${PORT}`;
      const allowed = `persistent-keepalive 25 allowed-ips ${network6(peer)}/64`;
      return `wg set ${DEVICE} peer ${flannelPeerKey(podCidr(peer))} endpoint '${endpoint}' ${allowed}`;
    }),
    `ip addr add ${network6(host)}/128 dev ${DEVICE} nodad`,
    `ip link set ${DEVICE} mtu "$(($(cat /sys/class/net/${dev}/mtu) - 80))"`,
  ];
}

function startDevice(): readonly string[] {
  return [`ip link set ${DEVICE} up`, `ip route add ${CLUSTER6} dev ${DEVICE}`];
}

export const dualStackNative: LabVariant = {
  name: 'dual-stack-native',
  story:
    'flannel runs WireGuard itself and the nodes have two pod networks: flannel-wg and flannel-wg-v6 beside the tunnel.',
  fleet: dualStackFleet(nativeOfBoth, { backend: 'wireguard-native' }),
};
