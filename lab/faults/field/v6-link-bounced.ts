import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1946. A link that goes down loses its IPv6 addresses, which IPv4's outlive. */
export const v6LinkBounced: Fault = {
  name: 'v6-link-bounced',
  story: 'Somebody set flannel-v6.1 down and up: its address, its routes and its neighbours are gone.',
  label: { class: 'vxlan-wedge', cause: 'address-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [on('gpu-1', 'ip link set flannel-v6.1 down'), on('gpu-1', 'ip link set flannel-v6.1 up')],
};
