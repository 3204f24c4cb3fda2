import { type Fault, on } from '../../fault.ts';
import { dropFragments } from '../mtu/drop-fragments.ts';

const tooLarge = ['hub-1', 'gpu-1', 'gpu-2'].map((host) => on(host, 'ip link set wg0 mtu 1500'));

export const threeEndsTooLarge: Fault = {
  name: 'three-ends-too-large',
  story:
    'A configuration roll-out gave 1500 bytes to wg0 of the hub and of both spokes, on paths of 1500 that drop fragments.',
  label: { class: 'mtu-black-hole', cause: 'device-mtu-too-large', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alsoAlerting: ['gpu-2'],
  alert: 'CheckpointStalled',
  needs: 'namespaces',
  inject: [...tooLarge, ...dropFragments()],
};
