import { type Fault, shell } from '../../fault.ts';

export const nativeOwnKeyUnannounced: Fault = {
  name: 'native-own-key-unannounced',
  story:
    'The node lost /run/flannel/wgkey with a reboot and made itself a new key, but its annotation is still the old one.',
  label: { class: 'tunnel-down', cause: 'key-mismatch', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [shell('gpu-1', 'wg genkey | wg set flannel-wg private-key /dev/stdin')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
