import { type Fault, on } from '../../fault.ts';

export const kubeletStopped: Fault = {
  name: 'kubelet-stopped',
  story: 'The kubelet was stopped for an upgrade that never went on.',
  label: { class: 'node-agent', cause: 'kubelet-down', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletDown',
  needs: 'namespaces',
  inject: [on('gpu-1', 'pkill -KILL -x kubelet')],
};
