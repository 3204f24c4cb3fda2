import type { Fault } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';
import { lowerSitePath } from './lower-site-path.ts';

export const pathMtu1400: Fault = {
  name: 'path-mtu-1400',
  story:
    'The carrier of a site moved its line into a tunnel of 1400 bytes and filters ICMP: full-size packets vanish both ways.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...lowerSitePath(1400), ...dropFragNeeded('inet', 'nat1')],
  needs: 'namespaces',
};
