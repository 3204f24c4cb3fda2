import { type Fault, shell } from '../../fault.ts';

export const keyRotatedOnHub: Fault = {
  name: 'key-rotated-on-hub',
  story: 'The hub was rebuilt with a new key that no spoke knows.',
  label: { class: 'tunnel-down', cause: 'key-mismatch', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [shell('hub-1', 'wg genkey | wg set wg0 private-key /dev/stdin')],
  needs: 'namespaces',
};
