import { type Fault, on } from '../../fault.ts';

export const hubWireguardDown: Fault = {
  name: 'hub-wireguard-down',
  story: 'Somebody set wg0 of the hub down.',
  label: { class: 'hub-outage', cause: 'hub-tunnel-down', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [on('hub-1', 'ip link set wg0 down')],
  needs: 'namespaces',
};
