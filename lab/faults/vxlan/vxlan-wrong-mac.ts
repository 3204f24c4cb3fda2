import { type Fault, on } from '../../fault.ts';

/** Another MAC makes the kernel forget the neighbours: flanneld’s are put back, so that the MAC alone is wrong. */
export const vxlanWrongMac: Fault = {
  name: 'vxlan-wrong-mac',
  story:
    'systemd-udevd with MACAddressPolicy=persistent gave flannel.1 another MAC than its lease names (flannel issue 1155).',
  label: { class: 'vxlan-wedge', cause: 'wrong-mac', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [
    on('gpu-1', 'ip link set flannel.1 address 0a:58:0a:2a:0b:ff'),
    on('gpu-1', 'ip neigh replace 10.42.0.0 lladdr 0a:58:0a:2a:00:00 dev flannel.1 nud permanent'),
    on('gpu-1', 'ip neigh replace 10.42.1.0 lladdr 0a:58:0a:2a:01:00 dev flannel.1 nud permanent'),
    on('gpu-1', 'ip neigh replace 10.42.12.0 lladdr 0a:58:0a:2a:0c:00 dev flannel.1 nud permanent'),
  ],
};
