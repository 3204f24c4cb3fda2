import { type Fault, shell } from '../../fault.ts';
import { flannelPeerKey } from './flannel-peer-key.ts';

export const nativePeerMissing: Fault = {
  name: 'native-peer-missing',
  story: 'The event of a new lease was lost on the node: its flannel-wg has never heard of gpu-2.',
  label: { class: 'tunnel-down', cause: 'flannel-peer-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [shell('gpu-1', `wg set flannel-wg peer ${flannelPeerKey('10.42.12.0/24')} remove`)],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
