import { type Fault, shell } from '../../fault.ts';
import { lowerSitePath } from './lower-site-path.ts';

export const pathMtu1400IcmpPasses: Fault = {
  name: 'path-mtu-1400-icmp-passes',
  story:
    'The path shrank to 1400 bytes and its routers say so: one packet is lost, then path MTU discovery has healed it.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [
    ...lowerSitePath(1400),
    shell('gpu-1', 'ping -n -c 4 -i 0.2 -W 1 -M do -s 1392 10.200.0.1 >/dev/null; true'),
    shell('hub-1', 'ping -n -c 4 -i 0.2 -W 1 -M do -s 1392 10.200.0.11 >/dev/null; true'),
  ],
  needs: 'namespaces',
};
