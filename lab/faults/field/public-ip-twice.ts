import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#764 (Vagrant: every host is 10.0.2.15). */
export const publicIpTwice: Fault = {
  name: 'public-ip-twice',
  story: 'Two Node objects announce the same address, because an image brought it along.',
  label: { class: 'node-objects-conflict', cause: 'node-objects-conflict', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [
    on('hub-1', 'bridge fdb replace 0a:58:0a:2a:0b:00 dev flannel.1 dst 10.200.0.12 self permanent'),
    on('cloud-1', 'bridge fdb replace 0a:58:0a:2a:0b:00 dev flannel.1 dst 10.200.0.12 self permanent'),
  ],
  nodeChanges: [{ node: 'gpu-1', annotations: { 'flannel.alpha.coreos.com/public-ip': '10.200.0.12' } }],
};
