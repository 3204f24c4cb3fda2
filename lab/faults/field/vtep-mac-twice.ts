import { type Fault, on } from '../../fault.ts';

const cloned = [
  on('gpu-2', 'ip link set flannel.1 address 0a:58:0a:2a:0b:00'),
  on('gpu-2', 'ip neigh replace 10.42.0.0 lladdr 0a:58:0a:2a:00:00 dev flannel.1 nud permanent'),
  on('gpu-2', 'ip neigh replace 10.42.1.0 lladdr 0a:58:0a:2a:01:00 dev flannel.1 nud permanent'),
  ...['hub-1', 'cloud-1'].flatMap((peer) => [
    on(peer, 'ip neigh replace 10.42.12.0 lladdr 0a:58:0a:2a:0b:00 dev flannel.1 nud permanent'),
    on(peer, 'bridge fdb replace 0a:58:0a:2a:0b:00 dev flannel.1 dst 10.200.0.12 self permanent'),
  ]),
];

/** Seen in the field: systemd/systemd#13712, #18362; Mellanox/network-operator#418. */
export const vtepMacTwice: Fault = {
  name: 'vtep-mac-twice',
  story:
    'Two nodes were cloned from one image with its machine id, and flannel.1 has the same MAC on both: the forwarding entry has one owner.',
  label: { class: 'node-objects-conflict', cause: 'node-objects-conflict', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [...cloned],
  nodeChanges: [
    {
      node: 'gpu-2',
      annotations: { 'flannel.alpha.coreos.com/backend-data': '{"VNI":1,"VtepMAC":"0a:58:0a:2a:0b:00"}' },
    },
  ],
};
