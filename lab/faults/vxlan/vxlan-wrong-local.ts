import type { Fault } from '../../fault.ts';
import { recreateVxlan } from './recreate-vxlan.ts';

export const vxlanWrongLocal: Fault = {
  name: 'vxlan-wrong-local',
  story:
    'The agent started before wg0 was up and flannel took the default route’s interface; public-ip-overwrite kept the annotation as it was.',
  label: { class: 'vxlan-wedge', cause: 'wrong-local', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: recreateVxlan('gpu-1', { local: '192.168.1.10', dev: 'eth0' }),
};
