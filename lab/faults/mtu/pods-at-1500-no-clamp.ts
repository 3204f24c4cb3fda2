import type { Fault } from '../../fault.ts';
import { setPodMtu } from './set-pod-mtu.ts';

export const podsAt1500NoClamp: Fault = {
  name: 'pods-at-1500-no-clamp',
  story:
    'Pods were made with 1500 bytes on a flannel.1 of 1370 and nobody clamps the MSS: the limit is local, so discovery works.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'PodMtuMismatch',
  inject: [...setPodMtu(1500)],
  needs: 'namespaces',
};
