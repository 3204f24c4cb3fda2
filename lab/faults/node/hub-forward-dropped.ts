import { type Fault, on } from '../../fault.ts';

export const hubForwardDropped: Fault = {
  name: 'hub-forward-dropped',
  story:
    'A firewall role on the hub sets the FORWARD policy to drop: nothing passes from tunnel to tunnel or into the VPC.',
  label: { class: 'overlay-blocked', cause: 'forward-dropped', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [
    on('hub-1', 'nft add table ip filter'),
    on('hub-1', 'nft add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'),
  ],
};
