import { type Fault, shell } from '../../fault.ts';

export const podSubnetExhausted: Fault = {
  name: 'pod-subnet-exhausted',
  story: 'Containers that ended badly left their leases behind until host-local had no address of the /24 to give.',
  label: { class: 'node-agent', cause: 'pod-subnet-exhausted', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodNotReady',
  needs: 'namespaces',
  inject: [
    shell(
      'gpu-1',
      'cd /var/lib/cni/networks/cbr0 && for host in $(seq 3 254); do printf "leaked\\r\\neth0" >10.42.11.$host || exit 1; done',
    ),
  ],
};
