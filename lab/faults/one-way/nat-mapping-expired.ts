import type { Fault } from '../../fault.ts';
import { loseMapping } from './lose-mapping.ts';
import { staySilent } from './stay-silent.ts';

export const natMappingExpired: Fault = {
  name: 'nat-mapping-expired',
  story:
    'Keepalive is off and the kubelet reaches the API server by its public endpoint: the NAT forgot the silent tunnel.',
  label: { class: 'one-way-nat', cause: 'nat-mapping-expired', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [staySilent, ...loseMapping],
  needs: 'namespaces',
};
