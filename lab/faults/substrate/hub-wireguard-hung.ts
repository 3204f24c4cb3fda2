import type { Fault } from '../../fault.ts';
import { signalDaemon } from './signal-daemon.ts';

export const hubWireguardHung: Fault = {
  name: 'hub-wireguard-hung',
  story: "WireGuard's daemon on the hub hangs; the host lives and wg0 looks up.",
  label: { class: 'hub-outage', cause: 'hub-tunnel-down', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [signalDaemon('hub-1', 'STOP')],
  needs: 'namespaces',
};
