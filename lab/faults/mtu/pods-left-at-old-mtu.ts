import { type Fault, on } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';
import { lowerSitePath } from './lower-site-path.ts';
import { setPodMtu } from './set-pod-mtu.ts';
import { setSpokeMtu } from './set-spoke-mtu.ts';

export const podsLeftAtOldMtu: Fault = {
  name: 'pods-left-at-old-mtu',
  story:
    'An operator lowered wg0 and flannel.1 for a path of 1430 bytes and told the hub; the running pods keep 1450, which discovery on the host heals.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'PodMtuMismatch',
  inject: [
    ...lowerSitePath(1430),
    ...dropFragNeeded('inet', 'nat1'),
    ...setSpokeMtu(1370),
    ...setPodMtu(1450),
    on('hub-1', 'ip route add 10.200.0.11/32 dev wg0 mtu 1360'),
  ],
  needs: 'namespaces',
};
