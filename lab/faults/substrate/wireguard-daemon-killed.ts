import type { Fault } from '../../fault.ts';
import { signalDaemon } from './signal-daemon.ts';

export const wireguardDaemonKilled: Fault = {
  name: 'wireguard-daemon-killed',
  story: "WireGuard's daemon on the node was killed for memory: wg0 went with it, and flannel.1 with wg0.",
  label: { class: 'tunnel-down', cause: 'interface-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [signalDaemon('gpu-1', 'KILL')],
  needs: 'namespaces',
};
