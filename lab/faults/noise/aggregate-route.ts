import { type Fault, on } from '../../fault.ts';

export const aggregateRoute: Fault = {
  name: 'aggregate-route',
  story: 'wg-quick put the whole cluster CIDR on wg0: harmless as long as every peer’s own route is there.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'NodeRouteDrift',
  inject: [on('gpu-1', 'ip route add 10.42.0.0/16 dev wg0')],
};
