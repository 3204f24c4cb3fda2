import { type Fault, on } from '../../fault.ts';

export const vxlanDown: Fault = {
  name: 'vxlan-down',
  story: 'A start-up script set flannel.1 down and never up: its socket is closed, routes and neighbours are gone.',
  label: { class: 'vxlan-wedge', cause: 'device-down', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link set flannel.1 down')],
};
