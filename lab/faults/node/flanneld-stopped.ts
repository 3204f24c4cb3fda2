import type { Fault } from '../../fault.ts';
import { killFlanneld } from './kill-flanneld.ts';

export const flanneldStopped: Fault = {
  name: 'flanneld-stopped',
  story: 'flanneld was killed for want of memory: what it programmed stays, what changes from now on is missed.',
  label: { class: 'node-agent', cause: 'flanneld-stopped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodCrashLooping',
  needs: 'namespaces',
  inject: killFlanneld('gpu-1'),
};
