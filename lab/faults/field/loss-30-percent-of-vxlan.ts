import type { Fault } from '../../fault.ts';
import { loseAtRandom } from '../lose-at-random.ts';

export const loss30PercentOfVxlan: Fault = {
  name: 'loss-30-percent-of-vxlan',
  story: "A broken bond member of the node's switch loses three of ten packets of the overlay alone, by their hash.",
  label: { class: 'overlay-blocked', cause: 'lossy-path', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDegraded',
  needs: 'namespaces',
  inject: [loseAtRandom('gpu-1', 'udp dport 8472', 30, 'input'), loseAtRandom('gpu-1', 'udp dport 8472', 30, 'output')],
};
