import type { Fault } from '../../fault.ts';
import { loseMapping } from './lose-mapping.ts';
import { staySilent } from './stay-silent.ts';
import { translateBy } from './translate-by.ts';

export const natReboundPort: Fault = {
  name: 'nat-rebound-port',
  story:
    'The site router restarted and maps the tunnel to another port; the node is silent, so the hub still sends to the old one.',
  label: { class: 'one-way-nat', cause: 'nat-rebound', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [staySilent, translateBy('ip protocol udp masquerade to :40000-40999', 'masquerade'), ...loseMapping],
  needs: 'namespaces',
};
