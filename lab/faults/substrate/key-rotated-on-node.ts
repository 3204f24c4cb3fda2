import { type Fault, shell } from '../../fault.ts';

export const keyRotatedOnNode: Fault = {
  name: 'key-rotated-on-node',
  story: 'The node was imaged anew and made itself a new key that nobody told the hub.',
  label: { class: 'tunnel-down', cause: 'key-mismatch', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [shell('gpu-1', 'wg genkey | wg set wg0 private-key /dev/stdin')],
  needs: 'namespaces',
};
