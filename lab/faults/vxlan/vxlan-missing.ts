import { type Fault, on } from '../../fault.ts';

export const vxlanMissing: Fault = {
  name: 'vxlan-missing',
  story:
    'wg-quick reloaded wg0, flannel.1 went with it, and flanneld before 0.27.4 does not make it again (flannel issue 1759).',
  label: { class: 'vxlan-wedge', cause: 'device-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link del flannel.1')],
};
