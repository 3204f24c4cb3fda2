import { type Fault, on } from '../../fault.ts';

/** Seen in the field: rancher/rke2#786, rancher/rancher#31880. */
export const networkManagerReload: Fault = {
  name: 'network-manager-reload',
  story: 'NetworkManager adopted flannel.1 and flushed its routes and its address at a reload.',
  label: { class: 'vxlan-wedge', cause: 'address-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip route flush dev flannel.1'), on('gpu-1', 'ip addr flush dev flannel.1')],
};
