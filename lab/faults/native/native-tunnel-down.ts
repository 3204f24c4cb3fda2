import { type Fault, on } from '../../fault.ts';

export const nativeTunnelDown: Fault = {
  name: 'native-tunnel-down',
  story: 'Somebody set wg0 of the node down, through which flannel-wg reaches everybody.',
  label: { class: 'tunnel-down', cause: 'interface-down', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [on('gpu-1', 'ip link set wg0 down')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
