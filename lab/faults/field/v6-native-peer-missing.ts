import { type Fault, shell } from '../../fault.ts';

const KEY = `"$(wg show flannel-wg-v6 allowed-ips | awk '$2 == "fd00:42:0:c::/64" { print $1 }')"`;

/** One lease has peers on two devices: flanneld makes them one after the other, and goes on when the second fails. */
export const v6NativePeerMissing: Fault = {
  name: 'v6-native-peer-missing',
  story: 'flanneld failed to add gpu-2 to flannel-wg-v6 and went on: its pods are reached by IPv4 alone.',
  label: { class: 'tunnel-down', cause: 'flannel-peer-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  backend: 'wireguard-native',
  variant: 'dual-stack-native',
  inject: [shell('gpu-1', `wg set flannel-wg-v6 peer ${KEY} remove`)],
};
