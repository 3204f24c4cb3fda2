import { type Fault, shell } from '../../fault.ts';

export const nativeOwnKeyUnannounced: Fault = {
  name: 'native-own-key-unannounced',
  story:
    'A script that renews the keys of WireGuard devices gave flannel-wg a new one; /run/flannel/wgkey and the annotation still hold the old one.',
  label: { class: 'tunnel-down', cause: 'flannel-key-unannounced', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [shell('gpu-1', 'wg genkey | wg set flannel-wg private-key /dev/stdin')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
