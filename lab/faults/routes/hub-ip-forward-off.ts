import { type Fault, on } from '../../fault.ts';

export const hubIpForwardOff: Fault = {
  name: 'hub-ip-forward-off',
  story: 'A hardening profile set ip_forward to 0 on the hub: nothing passes between its tunnels and its VPC.',
  label: { class: 'missing-route', cause: 'ip-forward-off', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('hub-1', 'sysctl -q -w net.ipv4.ip_forward=0')],
};
