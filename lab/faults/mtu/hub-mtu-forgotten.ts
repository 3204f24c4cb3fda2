import type { Fault } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';
import { lowerSitePath } from './lower-site-path.ts';
import { setSpokeMtu } from './set-spoke-mtu.ts';

export const hubMtuForgotten: Fault = {
  name: 'hub-mtu-forgotten',
  story:
    'An operator lowered wg0 and flannel.1 of the node for a path of 1400 bytes and forgot the hub: what it sends at full size is lost.',
  label: { class: 'mtu-black-hole', cause: 'device-mtu-too-large', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayLargePacketsLost',
  inject: [...lowerSitePath(1400), ...dropFragNeeded('inet', 'nat1'), ...setSpokeMtu(1340)],
  needs: 'namespaces',
};
