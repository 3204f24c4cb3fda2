import type { Fault } from '../../fault.ts';
import { recreateVxlan } from '../vxlan/recreate-vxlan.ts';

/** Seen in the field: rancher/rancher#19699, kubernetes/kubernetes#121530. */
export const oneNodeOnOldPort: Fault = {
  name: 'one-node-on-old-port',
  story:
    'The fleet was moved to port 4789 for its Windows nodes, and one node was never restarted: it is still on 8472.',
  label: { class: 'vxlan-wedge', cause: 'wrong-port', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [...recreateVxlan('gpu-1', { port: 8472 })],
  variant: 'port-4789',
};
