import type { Fault } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';
import { lowerSitePath } from './lower-site-path.ts';

export const pathMtu1296: Fault = {
  name: 'path-mtu-1296',
  story: 'The site fell back to a cellular uplink with 1296 bytes that filters ICMP.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...lowerSitePath(1296), ...dropFragNeeded('inet', 'nat1')],
  needs: 'namespaces',
};
