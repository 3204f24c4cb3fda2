import { type Fault, on } from '../../fault.ts';

/** Seen in the field: k3s-io/k3s#9957. */
export const v6RoutesLost: Fault = {
  name: 'v6-routes-lost',
  story: 'A flap of flannel-v6.1 took its routes and neighbours: IPv6 between pods is dead, IPv4 is well.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [on('gpu-1', 'ip -6 route flush dev flannel-v6.1')],
};
