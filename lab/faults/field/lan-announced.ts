import { type Fault, on } from '../../fault.ts';
import { recreateVxlan } from '../vxlan/recreate-vxlan.ts';

const peers = ['hub-1', 'cloud-1', 'gpu-2'].map((peer) =>
  on(peer, 'bridge fdb replace 0a:58:0a:2a:0b:00 dev flannel.1 dst 192.168.1.10 self permanent'),
);

/** Seen in the field: xetys/hetzner-kube#139, rancher-archives/rke#1935, flannel-io/flannel#1379. */
export const lanAnnounced: Fault = {
  name: 'lan-announced',
  story: 'flanneld started before wg0 and took the address of the LAN: it announces that, and its peers send to it.',
  label: { class: 'node-objects-conflict', cause: 'wrong-interface-announced', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [...recreateVxlan('gpu-1', { local: '192.168.1.10', dev: 'eth0' }), ...peers],
  nodeChanges: [{ node: 'gpu-1', annotations: { 'flannel.alpha.coreos.com/public-ip': '192.168.1.10' } }],
};
