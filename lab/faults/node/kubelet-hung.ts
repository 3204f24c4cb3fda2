import { type Fault, on } from '../../fault.ts';

export const kubeletHung: Fault = {
  name: 'kubelet-hung',
  story: 'The kubelet hangs on a dead volume: its port is open, nobody answers, its lease runs out.',
  label: { class: 'node-agent', cause: 'kubelet-down', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeNodeNotReady',
  needs: 'namespaces',
  inject: [on('gpu-1', 'pkill -STOP -x kubelet')],
};
