import { type Fault, on } from '../../fault.ts';

/** The switch of IPv4, which everybody sets on a hub, is another one. */
export const v6HubForwardingOff: Fault = {
  name: 'v6-hub-forwarding-off',
  story: 'The hub was started again without the forwarding of IPv6: its spokes reach it, and by IPv6 nobody beyond it.',
  label: { class: 'missing-route', cause: 'ip-forward-off', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [on('hub-1', 'sysctl -q -w net.ipv6.conf.all.forwarding=0')],
};
