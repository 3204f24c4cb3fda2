import { type Fault, shell } from '../../fault.ts';
import { flannelPeerKey } from '../native/flannel-peer-key.ts';

/** A peer that is made anew has no session and no handshake. */
const forget = (host: string, pods: string, endpoint: string) =>
  shell(
    host,
    `key=${flannelPeerKey(pods)} && wg set flannel-wg peer "$key" remove &&
     wg set flannel-wg peer "$key" allowed-ips ${pods} endpoint ${endpoint} persistent-keepalive 25`,
  );

const unreachable = [
  ...['cloud-1', 'gpu-1', 'gpu-2'].map((host) => forget(host, '10.42.0.0/24', '172.31.5.10:51821')),
  forget('hub-1', '10.42.11.0/24', '192.168.1.10:51821'),
  forget('hub-1', '10.42.12.0/24', '192.168.2.10:51821'),
  forget('hub-1', '10.42.1.0/24', '172.31.5.20:51821'),
];

/** Seen in the field: k3s-io/k3s#10011, #5717, #2689. */
export const nativePrivateEndpoint: Fault = {
  name: 'native-private-endpoint',
  story:
    'The hub of a native fleet announces an address of its private network, which no other site reaches: nobody ever shook hands with it.',
  label: { class: 'node-objects-conflict', cause: 'wrong-interface-announced', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [...unreachable],
  backend: 'wireguard-native',
  nodeChanges: [{ node: 'hub-1', annotations: { 'flannel.alpha.coreos.com/public-ip': '172.31.5.10' } }],
  settleSeconds: 3,
};
