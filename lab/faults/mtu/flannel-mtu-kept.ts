import { type Fault, on } from '../../fault.ts';
import { dropFragNeeded } from './drop-frag-needed.ts';
import { lowerSitePath } from './lower-site-path.ts';

export const flannelMtuKept: Fault = {
  name: 'flannel-mtu-kept',
  story:
    'An operator lowered wg0 for a path of 1400 bytes and told the hub; flanneld reuses flannel.1 with its old MTU (flannel issue 1775), which costs fragments inside the tunnel and loses nothing.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayMtuMismatch',
  inject: [
    ...lowerSitePath(1400),
    ...dropFragNeeded('inet', 'nat1'),
    on('gpu-1', 'ip link set wg0 mtu 1340'),
    on('hub-1', 'ip route add 10.200.0.11/32 dev wg0 mtu 1328'),
  ],
  needs: 'namespaces',
};
