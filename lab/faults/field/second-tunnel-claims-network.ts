import { type Fault, shell } from '../../fault.ts';

/** Seen in the field: squat/kilo#120. */
export const secondTunnelClaimsNetwork: Fault = {
  name: 'second-tunnel-claims-network',
  story: 'A second WireGuard device came with the half of the VPC that hub and cloud are in: its peer answers nobody.',
  label: { class: 'missing-route', cause: 'tunnel-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  needs: 'namespaces',
  inject: [
    shell(
      'gpu-1',
      `LOG_LEVEL=silent wireguard-go wg-admin >/dev/null 2>&1 </dev/null; wg genkey >/run/wg-admin.key &&
       wg set wg-admin private-key /run/wg-admin.key peer "$(wg genkey | wg pubkey)" allowed-ips 10.0.0.0/17 endpoint 203.0.113.88:51820 &&
       ip link set wg-admin up && ip route add 10.0.0.0/17 dev wg-admin`,
    ),
  ],
};
