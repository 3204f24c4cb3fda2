import type { Fault } from '../../fault.ts';
import { signalDaemon } from './signal-daemon.ts';

export const wireguardDaemonHung: Fault = {
  name: 'wireguard-daemon-hung',
  story: "WireGuard's daemon on the node hangs: wg0 looks up and wg show never answers.",
  label: { class: 'tunnel-down', cause: 'daemon-hung', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [signalDaemon('gpu-1', 'STOP')],
  needs: 'namespaces',
};
