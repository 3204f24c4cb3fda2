import type { Fault } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';
import { lowerSitePath } from './lower-site-path.ts';

export const pathMtu1368: Fault = {
  name: 'path-mtu-1368',
  story: 'The site was moved behind an IPsec concentrator that leaves 1368 bytes and filters ICMP.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...lowerSitePath(1368), ...dropFragNeeded('inet', 'nat1')],
  needs: 'namespaces',
};
