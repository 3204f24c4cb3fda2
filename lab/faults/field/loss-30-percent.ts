import type { Fault } from '../../fault.ts';
import { loseAtRandom } from '../lose-at-random.ts';

export const loss30Percent: Fault = {
  name: 'loss-30-percent',
  story: "The site's line loses three of ten packets, of every size, in both directions.",
  label: { class: 'overlay-blocked', cause: 'lossy-path', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDegraded',
  needs: 'namespaces',
  inject: [loseAtRandom('inet', 'iifname "nat1"', 30), loseAtRandom('inet', 'oifname "nat1"', 30)],
};
