import type { Fault } from '../../fault.ts';
import { dropFragments } from './drop-fragments.ts';
import { setSpokeMtu } from './set-spoke-mtu.ts';

export const spokeMtu1500: Fault = {
  name: 'spoke-mtu-1500',
  story:
    'Somebody gave wg0 the MTU of the network card, 1500: the outer packets are fragmented and the carrier drops fragments.',
  label: { class: 'mtu-black-hole', cause: 'device-mtu-too-large', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [...setSpokeMtu(1500), ...dropFragments()],
  needs: 'namespaces',
};
