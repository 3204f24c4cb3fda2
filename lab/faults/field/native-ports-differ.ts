import { type Fault, shell } from '../../fault.ts';
import { flannelPeerKey } from '../native/flannel-peer-key.ts';

const call = (peerPods: string, endpoint: string) =>
  shell(
    'gpu-1',
    `key=${flannelPeerKey(peerPods)} && wg set flannel-wg peer "$key" remove &&
     wg set flannel-wg peer "$key" allowed-ips ${peerPods} endpoint ${endpoint} persistent-keepalive 25`,
  );

/** Seen in the field: flannel-io/flannel#2200. */
export const nativePortsDiffer: Fault = {
  name: 'native-ports-differ',
  story: 'One node was given another port for flannel’s WireGuard, listens there, and calls everybody else there too.',
  label: { class: 'tunnel-down', cause: 'endpoint-unroutable', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  backend: 'wireguard-native',
  inject: [
    shell('gpu-1', 'wg set flannel-wg listen-port 51999'),
    call('10.42.0.0/24', '10.0.1.10:51999'),
    call('10.42.1.0/24', '10.0.2.20:51999'),
    call('10.42.12.0/24', '10.200.0.12:51999'),
  ],
  settleSeconds: 3,
};
