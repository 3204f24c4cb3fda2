import { type Fault, on } from '../../fault.ts';

export const neighboursStale: Fault = {
  name: 'neighbours-stale',
  story:
    'Another tool wrote the peers’ neighbours as ordinary ones and they aged to STALE: right MACs, nothing is lost.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'FlannelNeighborStale',
  inject: [
    on('gpu-1', 'ip neigh replace 10.42.0.0 lladdr 0a:58:0a:2a:00:00 dev flannel.1 nud stale'),
    on('gpu-1', 'ip neigh replace 10.42.1.0 lladdr 0a:58:0a:2a:01:00 dev flannel.1 nud stale'),
    on('gpu-1', 'ip neigh replace 10.42.12.0 lladdr 0a:58:0a:2a:0c:00 dev flannel.1 nud stale'),
  ],
};
