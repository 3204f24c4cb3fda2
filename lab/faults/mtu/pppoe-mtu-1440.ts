import type { Fault } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';
import { lowerSitePath } from './lower-site-path.ts';
import { setSpokeMtu } from './set-spoke-mtu.ts';

export const pppoeMtu1440: Fault = {
  name: 'pppoe-mtu-1440',
  story: 'The site runs over PPPoE, 1492 bytes with ICMP filtered, and wg0 was sized 1440 for a path of 1500.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...lowerSitePath(1492), ...dropFragNeeded('inet', 'nat1'), ...setSpokeMtu(1440)],
  needs: 'namespaces',
};
