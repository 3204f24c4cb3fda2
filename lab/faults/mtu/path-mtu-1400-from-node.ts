import { type Fault, on } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';

export const pathMtu1400FromNode: Fault = {
  name: 'path-mtu-1400-from-node',
  story:
    'Traffic from the site takes a path of 1400 bytes that filters ICMP; towards it all is well: only uploads hang.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [on('nat1', 'ip route replace default via 203.0.113.1 mtu lock 1400'), ...dropFragNeeded('nat1')],
  needs: 'namespaces',
};
