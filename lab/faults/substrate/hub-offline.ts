import { type Fault, on } from '../../fault.ts';

export const hubOffline: Fault = {
  name: 'hub-offline',
  story: "The hub's instance was stopped.",
  label: { class: 'hub-outage', cause: 'hub-unreachable', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [on('hub-1', 'ip link set eth0 down')],
  settleSeconds: 45,
  needs: 'namespaces',
};
