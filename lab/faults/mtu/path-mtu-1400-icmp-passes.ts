import type { Fault } from '../../fault.ts';
import { lowerSitePath } from './lower-site-path.ts';

export const pathMtu1400IcmpPasses: Fault = {
  name: 'path-mtu-1400-icmp-passes',
  story:
    'The path shrank to 1400 bytes and its routers say so: one packet is lost, then path MTU discovery has healed it.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...lowerSitePath(1400)],
  needs: 'namespaces',
};
