import { type Fault, on } from '../../fault.ts';

export const hubUplinkDown: Fault = {
  name: 'hub-uplink-down',
  story: 'The VPC lost its internet gateway: the hub lives, but no spoke reaches it.',
  label: { class: 'hub-outage', cause: 'hub-unreachable', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'WireGuardHandshakeStale',
  inject: [on('vpc', 'ip link set wan down')],
  settleSeconds: 45,
  needs: 'namespaces',
};
