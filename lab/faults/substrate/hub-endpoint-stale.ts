import { type Fault, shell } from '../../fault.ts';
import { loseMapping } from '../one-way/lose-mapping.ts';

/** A packet of the hub that still came through would tell the node where it is: the mapping goes before and after. */
export const hubEndpointStale: Fault = {
  name: 'hub-endpoint-stale',
  story:
    'The hub came back with another public address. Nodes that were restarted since asked DNS again; this one still sends to the old one.',
  label: { class: 'tunnel-down', cause: 'hub-endpoint-stale', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [
    ...loseMapping,
    shell('gpu-1', 'wg set wg0 peer "$(wg show wg0 peers)" endpoint 203.0.113.99:51820'),
    shell('nat1', 'conntrack -D -p udp --dport 51820 >/dev/null 2>&1 || true'),
  ],
  needs: 'namespaces',
};
