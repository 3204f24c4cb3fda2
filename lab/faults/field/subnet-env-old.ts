import { type Fault, shell } from '../../fault.ts';

/** Seen in the field: duoke360.com/post/29887, k3s-io/k3s#122. */
export const subnetEnvOld: Fault = {
  name: 'subnet-env-old',
  story:
    "subnet.env still has the pod network of the node's earlier registration: pods that start now get addresses that lead nowhere.",
  label: { class: 'node-agent', cause: 'subnet-env-stale', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodNotReady',
  needs: 'namespaces',
  inject: [shell('gpu-1', "sed -i 's#^FLANNEL_SUBNET=.*#FLANNEL_SUBNET=10.42.9.1/24#' /run/flannel/subnet.env")],
};
