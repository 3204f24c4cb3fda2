import { type Fault, shell } from '../../fault.ts';
import { drop } from '../drop.ts';
import { shim } from '../shim.ts';

/** The session and the port went with the restart: the hub, which could still open a session, calls at the old port. */
const restarted = shell(
  'gpu-1',
  `hub=$(wg show wg0 peers) && wg set wg0 listen-port 41999 && wg set wg0 peer "$hub" remove &&
   wg set wg0 peer "$hub" allowed-ips 10.200.0.0/24,10.0.0.0/16 endpoint 198.51.100.10:51820 persistent-keepalive 25`,
);

/** Seen in the field: themactep/thingino-firmware#888, aredn/aredn#1261, r-pufky/wireguard-initramfs#21. */
export const clockBehind: Fault = {
  name: 'clock-behind',
  story:
    'The node came up without a clock a day back: the hub remembers a newer stamp and answers none of its handshakes.',
  label: { class: 'tunnel-down', cause: 'clock-behind', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  needs: 'namespaces',
  inject: [
    shim('gpu-1', 'date', 'exec "$real" -d "@$(($("$real" +%s) - 86400))" "$@"'),
    drop('hub-1', 'input', 'ip saddr 203.0.113.2 udp dport 51820 @th,64,8 1'),
    restarted,
  ],
  settleSeconds: 15,
};
