import { type Fault, on } from '../../fault.ts';

export const ownBridgeDown: Fault = {
  name: 'own-bridge-down',
  story: "A reload of the node's network left its bridge down while none of its pods was talking: nobody reaches them.",
  label: { class: 'node-agent', cause: 'pods-cut-off', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodNotReady',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip neigh flush dev cni0'), on('gpu-1', 'ip link set cni0 down')],
};
