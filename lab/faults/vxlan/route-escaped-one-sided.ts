import { type Fault, on, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';

export const routeEscapedOneSided: Fault = {
  name: 'route-escaped-one-sided',
  story:
    'The pod CIDR stands in AllowedIPs at both ends, so an escaped route goes unnoticed until the hub filters by reverse path.',
  label: { class: 'vxlan-wedge', cause: 'route-escaped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [
    shell('gpu-1', 'wg set wg0 peer "$(wg show wg0 peers)" allowed-ips 10.200.0.0/24,10.0.0.0/16,10.42.0.0/16'),
    shell('hub-1', `wg set wg0 peer "${hubPeerKey('10.200.0.11')}" allowed-ips 10.200.0.11/32,10.42.11.0/24`),
    on('gpu-1', 'ip route replace 10.42.0.0/24 dev wg0'),
    on('hub-1', 'sysctl -q -w net.ipv4.conf.all.rp_filter=1'),
  ],
};
