import type { Fault } from '../../fault.ts';
import { vxlanMissing } from '../vxlan/vxlan-missing.ts';

export const fullTunnelVxlanMissing: Fault = {
  ...vxlanMissing,
  name: 'full-tunnel-vxlan-missing',
  story:
    'The same where the node sends everything into the tunnel: without flannel.1 its packets reach the hub by the default route, and are answered.',
  needs: 'namespaces',
  variant: 'full-tunnel',
};
