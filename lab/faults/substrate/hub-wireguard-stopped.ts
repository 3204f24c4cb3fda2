import type { Fault } from '../../fault.ts';
import { signalDaemon } from './signal-daemon.ts';

export const hubWireguardStopped: Fault = {
  name: 'hub-wireguard-stopped',
  story: "WireGuard's daemon on the hub was killed for memory; the host lives.",
  label: { class: 'hub-outage', cause: 'hub-tunnel-down', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [signalDaemon('hub-1', 'KILL')],
  needs: 'namespaces',
};
