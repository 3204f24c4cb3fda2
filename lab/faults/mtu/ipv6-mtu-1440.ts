import { type Fault, on } from '../../fault.ts';
import { dropFragments } from './drop-fragments.ts';
import { moveTunnelToIpv6 } from './move-tunnel-to-ipv6.ts';
import { setSpokeMtu } from './set-spoke-mtu.ts';

export const ipv6Mtu1440: Fault = {
  name: 'ipv6-mtu-1440',
  story:
    'The hub got an IPv6 name and the tunnel moved there: wg0 of 1440 fitted IPv4, IPv6 takes 20 bytes more, and fragments are dropped.',
  label: { class: 'mtu-black-hole', cause: 'device-mtu-too-large', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [moveTunnelToIpv6, ...setSpokeMtu(1440), on('hub-1', 'ip link set wg0 mtu 1440'), ...dropFragments()],
  settleSeconds: 2,
  needs: 'namespaces',
};
