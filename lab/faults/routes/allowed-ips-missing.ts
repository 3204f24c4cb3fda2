import { type Fault, shell } from '../../fault.ts';

export const allowedIpsMissing: Fault = {
  name: 'allowed-ips-missing',
  story:
    'A new peer section was typed with the tunnel’s CIDR alone: packets to and from the VPC are dropped by WireGuard.',
  label: { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [shell('gpu-1', 'wg set wg0 peer "$(wg show wg0 peers)" allowed-ips 10.200.0.0/24')],
};
