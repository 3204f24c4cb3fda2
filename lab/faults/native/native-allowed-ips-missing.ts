import { type Fault, shell } from '../../fault.ts';
import { flannelPeerKey } from './flannel-peer-key.ts';

export const nativeAllowedIpsMissing: Fault = {
  name: 'native-allowed-ips-missing',
  story:
    'gpu-2 was given another pod network, and the node missed the event: its peer entry still holds the former one.',
  label: { class: 'missing-route', cause: 'allowed-ips-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [shell('gpu-1', `wg set flannel-wg peer ${flannelPeerKey('10.42.12.0/24')} allowed-ips 10.42.22.0/24`)],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
