import { on } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const leftoverRoutes: LabVariant = {
  name: 'leftover-routes',
  story: 'Years of work left routes on a node that nobody uses: a host that is gone, an old office, a refused network.',
  fleet: {
    ...plainFleet,
    afterwards: [
      on('gpu-1', 'ip route add 10.42.77.0/24 via 10.42.77.0 dev flannel.1 onlink'),
      on('gpu-1', 'ip route add 192.168.99.0/24 via 192.168.1.1 dev eth0 metric 500'),
      on('gpu-1', 'ip route add blackhole 10.99.0.0/16'),
      on('gpu-1', 'ip route add 10.42.12.0/24 via 192.168.1.1 dev eth0 metric 4000'),
      on('hub-1', 'ip route add unreachable 10.98.0.0/16'),
    ],
  },
};
