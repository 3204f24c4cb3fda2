import { type Fault, on } from '../../fault.ts';

export const linkBounced: Fault = {
  name: 'link-bounced',
  story: 'Somebody set flannel.1 down and up: routes and neighbours are gone, forwarding entries stayed.',
  label: { class: 'vxlan-wedge', cause: 'link-bounced', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link set flannel.1 down'), on('gpu-1', 'ip link set flannel.1 up')],
};
