import { type Fault, on } from '../../fault.ts';

export const hubVxlanMissing: Fault = {
  name: 'hub-vxlan-missing',
  story:
    'Somebody deleted flannel.1 on the hub by hand; its own pods are cut off, the spokes still reach each other through it.',
  label: { class: 'vxlan-wedge', cause: 'device-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('hub-1', 'ip link del flannel.1')],
};
