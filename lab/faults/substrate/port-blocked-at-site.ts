import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const portBlockedAtSite: Fault = {
  name: 'port-blocked-at-site',
  story: 'A new firewall policy of the site drops UDP 51820 both ways.',
  label: { class: 'tunnel-down', cause: 'port-blocked', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [drop('nat1', 'forward', 'udp dport 51820'), drop('nat1', 'forward', 'udp sport 51820')],
  needs: 'namespaces',
};
