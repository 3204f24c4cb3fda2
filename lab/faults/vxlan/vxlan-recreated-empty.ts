import type { Fault } from '../../fault.ts';
import { recreateVxlan } from './recreate-vxlan.ts';

export const vxlanRecreatedEmpty: Fault = {
  name: 'vxlan-recreated-empty',
  story:
    'flannel.1 was deleted, and flanneld from 0.27.4 on makes the device again but none of its peers’ entries (flannel issue 1759).',
  label: { class: 'vxlan-wedge', cause: 'recreated-empty', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: recreateVxlan('gpu-1', { peers: 'none' }),
};
