import { type Fault, on } from '../../fault.ts';

export const podRoutesMissing: Fault = {
  name: 'pod-routes-missing',
  story: 'systemd-networkd restarted with ManageForeignRoutes on and removed the routes that flannel had made.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [
    on('gpu-1', 'ip route del 10.42.0.0/24 dev flannel.1'),
    on('gpu-1', 'ip route del 10.42.1.0/24 dev flannel.1'),
    on('gpu-1', 'ip route del 10.42.12.0/24 dev flannel.1'),
  ],
};
