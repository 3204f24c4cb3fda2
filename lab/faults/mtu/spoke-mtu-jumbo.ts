import type { Fault } from '../../fault.ts';
import { dropFragments } from './drop-fragments.ts';
import { setSpokeMtu } from './set-spoke-mtu.ts';

export const spokeMtuJumbo: Fault = {
  name: 'spoke-mtu-jumbo',
  story:
    'The node image was built for a jumbo frame network, wg0 8941 and flannel.1 8891, and now runs behind an uplink of 1500 bytes.',
  label: { class: 'mtu-black-hole', cause: 'device-mtu-too-large', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...setSpokeMtu(8941), ...dropFragments()],
  needs: 'namespaces',
};
