import type { Fault } from '../../fault.ts';
import { dropFragments } from './drop-fragments.ts';
import { moveTunnelToIpv6 } from './move-tunnel-to-ipv6.ts';

export const ipv6Mtu1420: Fault = {
  name: 'ipv6-mtu-1420',
  story: 'The tunnel moved to the IPv6 address of the hub; wg0 of 1420 is right for it.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'TunnelEndpointChanged',
  inject: [moveTunnelToIpv6, ...dropFragments()],
  settleSeconds: 2,
  needs: 'namespaces',
};
