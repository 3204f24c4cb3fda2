import { type Fault, on } from '../../fault.ts';

export const subnetEnvStale: Fault = {
  name: 'subnet-env-stale',
  story: 'The node was registered again and got another pod CIDR: subnet.env still has the old one, for every new pod.',
  label: { class: 'node-agent', cause: 'subnet-env-stale', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodNotReady',
  needs: 'namespaces',
  inject: [on('gpu-1', 'sed -i s/10.42.11.1/10.42.31.1/ /run/flannel/subnet.env')],
};
