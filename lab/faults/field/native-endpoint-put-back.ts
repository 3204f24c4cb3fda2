import { type Fault, shell } from '../../fault.ts';
import { flannelPeerKey } from '../native/flannel-peer-key.ts';

const PUT_BACK = `
key=${flannelPeerKey('10.42.11.0/24')}
export key
setsid sh -c '
  while :; do
    wg set flannel-wg peer "$key" endpoint 10.200.0.91:51821
    sleep 0.5
  done' >/dev/null 2>&1 </dev/null &
`;

/** Seen in the field: k3s-io/k3s#9535, flannel-io/flannel#1889. */
export const nativeEndpointPutBack: Fault = {
  name: 'native-endpoint-put-back',
  story:
    'The hub’s flanneld adds the peer with the address that it had before its provider changed it, again and again.',
  label: { class: 'one-way-nat', cause: 'endpoint-reset-by-somebody', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  backend: 'wireguard-native',
  inject: [shell('hub-1', PUT_BACK)],
  settleSeconds: 12,
};
