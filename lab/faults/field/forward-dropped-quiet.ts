import { type Fault, on } from '../../fault.ts';

export const forwardDroppedQuiet: Fault = {
  name: 'forward-dropped-quiet',
  story: 'The FORWARD policy of a node became drop while none of its pods was talking.',
  label: { class: 'overlay-blocked', cause: 'forward-dropped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'nft add table ip filter'),
    on('gpu-1', 'nft add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'),
    on('gpu-1', 'ip neigh flush dev cni0'),
  ],
};
