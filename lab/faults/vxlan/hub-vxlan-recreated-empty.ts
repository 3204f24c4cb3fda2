import type { Fault } from '../../fault.ts';
import { recreateVxlan } from './recreate-vxlan.ts';

export const hubVxlanRecreatedEmpty: Fault = {
  name: 'hub-vxlan-recreated-empty',
  story:
    'The hub’s flannel.1 was deleted and flanneld from 0.27.4 on made it again without its peers: every node loses the hub’s pods.',
  label: { class: 'vxlan-wedge', cause: 'recreated-empty', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: recreateVxlan('hub-1', { peers: 'none' }),
};
