import { type Fault, on } from '../../fault.ts';

export const wireguardMissing: Fault = {
  name: 'wireguard-missing',
  story: 'wg-quick down was run on the node: wg0 is gone, and flannel.1 with it.',
  label: { class: 'tunnel-down', cause: 'interface-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [on('gpu-1', 'ip link del wg0')],
  needs: 'namespaces',
};
