import type { Fault } from '../../fault.ts';
import { loseMapping } from './lose-mapping.ts';
import { translateBy } from './translate-by.ts';

export const symmetricNat: Fault = {
  name: 'symmetric-nat',
  story: 'The site router gives every flow a random port; with keepalive the hub has learnt the new one.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [translateBy('masquerade random'), ...loseMapping],
  settleSeconds: 30,
  needs: 'namespaces',
};
