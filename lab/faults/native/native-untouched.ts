import type { Fault } from '../../fault.ts';

export const nativeUntouched: Fault = {
  name: 'native-untouched',
  story: "An overlay of flannel's own WireGuard in which nothing is wrong when anybody looks.",
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
