import { type Fault, on } from '../../fault.ts';

export const tunnelRouteMissing: Fault = {
  name: 'tunnel-route-missing',
  story:
    'Somebody set wg0 down and up: the route to the VPC went with it, and only wg-quick would have made it again (k3s issue 2979).',
  label: { class: 'missing-route', cause: 'tunnel-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link set wg0 down'), on('gpu-1', 'ip link set wg0 up')],
};
