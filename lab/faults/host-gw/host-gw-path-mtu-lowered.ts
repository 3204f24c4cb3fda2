import type { Fault } from '../../fault.ts';
import { dropFragNeeded } from '../mtu/drop-frag-needed.ts';
import { dropFragments } from '../mtu/drop-fragments.ts';
import { lowerSitePath } from '../mtu/lower-site-path.ts';

export const hostGwPathMtuLowered: Fault = {
  name: 'host-gw-path-mtu-lowered',
  story:
    'The carrier of the site moved its line into a tunnel of 1400 bytes, filters ICMP and drops fragments: full-size packets vanish both ways.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...lowerSitePath(1400), ...dropFragNeeded('inet', 'nat1'), ...dropFragments()],
  needs: 'namespaces',
  backend: 'host-gw',
};
