import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const portBlockedAtVpc: Fault = {
  name: 'port-blocked-at-vpc',
  story: "The hub's security group no longer admits the address of the site.",
  label: { class: 'tunnel-down', cause: 'port-blocked', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [
    drop('vpc', 'forward', 'ip saddr 203.0.113.2 udp dport 51820'),
    drop('vpc', 'forward', 'ip daddr 203.0.113.2 udp sport 51820'),
  ],
  needs: 'namespaces',
};
