import type { Fault } from '../../fault.ts';
import { loseMapping } from './lose-mapping.ts';

export const natMappingRenewed: Fault = {
  name: 'nat-mapping-renewed',
  story: 'The site router restarted and lost every mapping; the next keepalive made a new one.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [...loseMapping],
  settleSeconds: 30,
  needs: 'namespaces',
};
