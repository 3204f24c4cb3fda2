import { type Fault, on } from '../../fault.ts';

export const flanneldStopped: Fault = {
  name: 'flanneld-stopped',
  story: 'flanneld was killed for want of memory: what it programmed stays, what changes from now on is missed.',
  label: { class: 'node-agent', cause: 'flanneld-stopped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodCrashLooping',
  needs: 'namespaces',
  inject: [on('gpu-1', 'pkill -KILL -x supervise'), on('gpu-1', 'pkill -KILL -x flanneld')],
};
