import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';
import { setNativeMtu } from './set-native-mtu.ts';

export const nativeMtuFragmentsDropped: Fault = {
  name: 'native-mtu-fragments-dropped',
  story:
    'flannel-wg was sized for a wg0 of 1500 bytes, which was made smaller since, and a firewall of the hub drops the fragments that come of it.',
  label: { class: 'mtu-black-hole', cause: 'device-mtu-too-large', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayLargePacketsLost',
  inject: [...setNativeMtu(1420), drop('hub-1', 'prerouting', 'iifname "wg0" ip frag-off & 0x3fff != 0')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
