import { type Fault, on } from '../../fault.ts';

export const peerOffline: Fault = {
  name: 'peer-offline',
  story: 'The other GPU node lost its uplink; the alert names the node that cannot reach it.',
  label: { class: 'node-offline', cause: 'node-or-uplink-dead', hostAtFault: 'gpu-2' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-2', 'ip link set eth0 down')],
  settleSeconds: 45,
  needs: 'namespaces',
};
