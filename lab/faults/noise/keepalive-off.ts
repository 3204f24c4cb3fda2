import { type Fault, shell } from '../../fault.ts';

export const keepaliveOff: Fault = {
  name: 'keepalive-off',
  story: 'A reload lost PersistentKeepalive; the node talks all the time, so no NAT forgets it.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'WireGuardKeepaliveOff',
  needs: 'namespaces',
  inject: [
    shell('gpu-1', 'wg set wg0 peer "$(wg show wg0 peers)" persistent-keepalive off'),
    shell('gpu-1', 'ping -n -q -i 5 10.0.1.10 >/dev/null 2>&1 </dev/null &'),
  ],
};
