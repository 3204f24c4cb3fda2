import { type Fault, on } from '../../fault.ts';

export const siteUplinkDown: Fault = {
  name: 'site-uplink-down',
  story: 'The uplink of the site went down and took its only node off the net.',
  label: { class: 'node-offline', cause: 'node-or-uplink-dead', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeNotReady',
  inject: [on('nat1', 'ip link set wan down')],
  settleSeconds: 45,
  needs: 'namespaces',
};
