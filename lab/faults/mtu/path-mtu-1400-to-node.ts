import { type Fault, on } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';

export const pathMtu1400ToNode: Fault = {
  name: 'path-mtu-1400-to-node',
  story:
    'Traffic towards the site takes a path of 1400 bytes that filters ICMP; from the site it takes another: only downloads hang.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'ImagePullStalled',
  inject: [on('inet', 'ip route replace 203.0.113.2/32 dev nat1 mtu lock 1400'), ...dropFragNeeded('inet')],
  needs: 'namespaces',
};
