import { type Fault, on } from '../../fault.ts';

export const routeEscapedOnePod: Fault = {
  name: 'route-escaped-one-pod',
  story:
    'A host route left over from debugging sends one pod of the hub into the bare tunnel; all others of its subnet answer.',
  label: { class: 'vxlan-wedge', cause: 'route-escaped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  inject: [on('gpu-1', 'ip route add 10.42.0.2/32 dev wg0')],
};
