import { type Fault, on } from '../../fault.ts';

/** Seen in the field: tailscale/tailscale#6231, #19876, #14995. */
export const meshAcceptsRoutes: Fault = {
  name: 'mesh-accepts-routes',
  story:
    'A second mesh on the node accepts a route for the pod range into its table 52, which goes before the main one.',
  label: { class: 'missing-route', cause: 'policy-route', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip link add tailscale0 type bridge'),
    on('gpu-1', 'ip addr add 100.64.0.7/32 dev tailscale0'),
    on('gpu-1', 'ip link set tailscale0 up'),
    on('gpu-1', 'ip route add 10.42.0.0/16 dev tailscale0 table 52'),
    on('gpu-1', 'ip rule add pref 5270 lookup 52'),
  ],
};
