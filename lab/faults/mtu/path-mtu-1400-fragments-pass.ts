import type { Fault } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';
import { fragmentOuter } from './fragment-outer.ts';
import { lowerSitePath } from './lower-site-path.ts';

export const pathMtu1400FragmentsPass: Fault = {
  name: 'path-mtu-1400-fragments-pass',
  story:
    'Kernel WireGuard lets its packets be fragmented on a path of 1400 bytes, ICMP is filtered, and every router carries the fragments.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...fragmentOuter(), ...lowerSitePath(1400), ...dropFragNeeded('inet', 'nat1')],
  needs: 'namespaces',
};
