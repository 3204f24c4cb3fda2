import { type Fault, on } from '../../fault.ts';

export const podVethDown: Fault = {
  name: 'pod-veth-down',
  story:
    "The pods' ends on the host are down, as after a runtime that crashed: the bridge is up and nobody is behind it.",
  label: { class: 'node-agent', cause: 'pods-cut-off', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodNotReady',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip neigh flush dev cni0'), on('gpu-1', 'ip link set pod down')],
};
