import { type Fault, on } from '../../fault.ts';

/** Seen in the field: rancher/rke2#786, harvester/os2#224, hitachienergy/epiphany#1519. */
export const flannelAddressLost: Fault = {
  name: 'flannel-address-lost',
  story: 'NetworkManager adopted flannel.1 and took its address away; the entries of the peers are still there.',
  label: { class: 'vxlan-wedge', cause: 'address-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip addr del 10.42.11.0/32 dev flannel.1')],
};
