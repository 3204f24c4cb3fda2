import { type Fault, on } from '../../fault.ts';
import { loseMapping } from './lose-mapping.ts';
import { staySilent } from './stay-silent.ts';
import { translateBy } from './translate-by.ts';

export const natReboundAddress: Fault = {
  name: 'nat-rebound-address',
  story: 'The site got another public address overnight; the node is silent, so the hub still sends to the old one.',
  label: { class: 'one-way-nat', cause: 'nat-rebound', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [
    staySilent,
    on('nat1', 'ip addr add 203.0.113.6/32 dev wan'),
    on('inet', 'ip route add 203.0.113.6/32 via 203.0.113.2'),
    translateBy('snat to 203.0.113.6'),
    ...loseMapping,
  ],
  needs: 'namespaces',
};
