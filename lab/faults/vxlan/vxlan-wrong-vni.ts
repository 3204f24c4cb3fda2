import type { Fault } from '../../fault.ts';
import { recreateVxlan } from './recreate-vxlan.ts';

export const vxlanWrongVni: Fault = {
  name: 'vxlan-wrong-vni',
  story: 'The VNI of net-conf was changed and changed back; this node’s flanneld had restarted in between.',
  label: { class: 'vxlan-wedge', cause: 'wrong-vni', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: recreateVxlan('gpu-1', { vni: 4096 }),
};
