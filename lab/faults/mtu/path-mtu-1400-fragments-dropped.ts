import { type Fault, on } from '../../fault.ts';
import { dropFragments } from './drop-fragments.ts';
import { fragmentOuter } from './fragment-outer.ts';

export const pathMtu1400FragmentsDropped: Fault = {
  name: 'path-mtu-1400-fragments-dropped',
  story:
    'Kernel WireGuard lets its packets be fragmented on a path of 1400 bytes, and the carrier-grade NAT drops fragments.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  inject: [
    ...fragmentOuter(),
    on('nat1', 'ip route replace default via 203.0.113.1 mtu lock 1400'),
    on('vpc', 'ip route add 203.0.113.2/32 via 198.51.100.1 mtu lock 1400'),
    ...dropFragments(),
  ],
  needs: 'namespaces',
};
