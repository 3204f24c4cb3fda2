import { type Fault, shell } from '../../fault.ts';

export const hostGwAllowedIpsMissing: Fault = {
  name: 'host-gw-allowed-ips-missing',
  story:
    'The peer section of the hub was typed with the tunnel’s CIDR alone: WireGuard drops every packet to and from the pods of others.',
  label: { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [shell('gpu-1', 'wg set wg0 peer "$(wg show wg0 peers)" allowed-ips 10.200.0.0/24')],
  needs: 'namespaces',
  backend: 'host-gw',
};
