import { type Fault, shell } from '../../fault.ts';
import { hubPeerKey } from '../hub-peer-key.ts';

const WATCHDOG = `
key="${hubPeerKey('10.200.0.11')}"
export key
setsid sh -c '
  while :; do
    wg set wg0 peer "$key" endpoint 203.0.113.2:51820
    sleep 0.5
  done' >/dev/null 2>&1 </dev/null &
`;

/** Settling takes longer than the empty packet with which WireGuard answers data after 10 s: it moves the endpoint once more. */
export const endpointPinned: Fault = {
  name: 'endpoint-pinned',
  story:
    'A watchdog on the hub puts a static endpoint back that never existed behind the NAT: answers arrive, questions do not.',
  label: { class: 'one-way-nat', cause: 'endpoint-pinned', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [shell('hub-1', WATCHDOG)],
  settleSeconds: 12,
  needs: 'namespaces',
};
