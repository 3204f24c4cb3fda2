import { type Fault, on } from '../../fault.ts';

export const nodeUplinkDown: Fault = {
  name: 'node-uplink-down',
  story: "The node's cable was pulled.",
  label: { class: 'node-offline', cause: 'node-or-uplink-dead', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeNotReady',
  inject: [on('gpu-1', 'ip link set eth0 down')],
  settleSeconds: 45,
  needs: 'namespaces',
};
