import { type Fault, shell } from '../../fault.ts';
import { flannelPeerKey } from './flannel-peer-key.ts';

export const nativePeerKeyStale: Fault = {
  name: 'native-peer-key-stale',
  story:
    'The node was rebooted and came back with a new key, and the hub, which missed the event, still has the old one.',
  label: { class: 'tunnel-down', cause: 'flannel-peer-key-stale', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [
    shell('hub-1', `wg set flannel-wg peer ${flannelPeerKey('10.42.11.0/24')} remove`),
    shell(
      'hub-1',
      'wg set flannel-wg peer "$(wg genkey | wg pubkey)" endpoint 10.200.0.11:51821 allowed-ips 10.42.11.0/24 persistent-keepalive 25',
    ),
  ],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
