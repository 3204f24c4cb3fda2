import { type Fault, shell } from '../../fault.ts';

/** A peer section that is written anew by a script of the time before IPv6. */
export const v6AllowedIpsMissing: Fault = {
  name: 'v6-allowed-ips-missing',
  story: 'The peer section of the hub was written anew with the networks of IPv4 alone: WireGuard drops all of IPv6.',
  label: { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [shell('gpu-1', 'wg set wg0 peer "$(wg show wg0 peers)" allowed-ips 10.200.0.0/24,10.0.0.0/16')],
};
