import { type Fault, on } from '../../fault.ts';
import { dropFragNeeded } from '../mtu/drop-frag-needed.ts';
import { lowerSitePath } from '../mtu/lower-site-path.ts';

export const deviceMissingAndPathMtu: Fault = {
  name: 'device-missing-and-path-mtu',
  story: 'flannel.1 went with a bounced tunnel, on a line that was narrowed to 1400 bytes in the same night.',
  label: { class: 'vxlan-wedge', cause: 'device-missing', hostAtFault: 'gpu-1' },
  orLabel: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip link del flannel.1'), ...lowerSitePath(1400), ...dropFragNeeded('inet', 'nat1')],
};
