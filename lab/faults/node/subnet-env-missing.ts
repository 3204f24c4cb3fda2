import { type Fault, on } from '../../fault.ts';

export const subnetEnvMissing: Fault = {
  name: 'subnet-env-missing',
  story: 'A clean-up of /run removed subnet.env: existing pods run on, new ones cannot be given a network.',
  label: { class: 'node-agent', cause: 'subnet-env-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodNotReady',
  needs: 'namespaces',
  inject: [on('gpu-1', 'rm /run/flannel/subnet.env')],
};
