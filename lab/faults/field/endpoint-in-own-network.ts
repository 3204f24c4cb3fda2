import { type Fault, on, shell } from '../../fault.ts';
import { drop } from '../drop.ts';

/**
 * Seen in the field: squat/kilo#83, netbirdio/netbird#1265. The kernel's WireGuard asks the route table for each packet and refuses the
 * loop. Userspace WireGuard sends through the device that it last received on, past the table, so its packets are dropped there.
 */
export const endpointInOwnNetwork: Fault = {
  name: 'endpoint-in-own-network',
  story:
    "The hub's public address was added to AllowedIPs and routed into wg0: the tunnel's own packets would have to go through it.",
  label: { class: 'tunnel-down', cause: 'endpoint-unroutable', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  needs: 'namespaces',
  inject: [
    shell('gpu-1', 'wg set wg0 peer "$(wg show wg0 peers)" allowed-ips 10.200.0.0/24,10.0.0.0/16,198.51.100.10/32'),
    on('gpu-1', 'ip route add 198.51.100.10/32 dev wg0'),
    drop('gpu-1', 'output', 'oifname "eth0" ip daddr 198.51.100.10 udp dport 51820'),
  ],
  settleSeconds: 20,
};
