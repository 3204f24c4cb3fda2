import type { Fault } from '../../fault.ts';
import { recreateVxlan } from './recreate-vxlan.ts';

export const vxlanWrongPort: Fault = {
  name: 'vxlan-wrong-port',
  story:
    'net-conf named port 4789 for a while, as Windows nodes need it; this node’s flanneld had restarted in between.',
  label: { class: 'vxlan-wedge', cause: 'wrong-port', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: recreateVxlan('gpu-1', { port: 4789 }),
};
