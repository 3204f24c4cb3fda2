import { type Fault, on } from '../../fault.ts';

export const forwardDropped: Fault = {
  name: 'forward-dropped',
  story:
    'Docker was installed beside the container runtime and set the FORWARD policy to drop: pods are cut off, the node is not.',
  label: { class: 'overlay-blocked', cause: 'forward-dropped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'nft add table ip filter'),
    on('gpu-1', 'nft add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'),
  ],
};
