import { type Fault, on } from '../../fault.ts';

export const hostGwTunnelBounced: Fault = {
  name: 'host-gw-tunnel-bounced',
  story:
    'Somebody set wg0 down and up: every pod route went with it, and flanneld had put them back before anybody looked.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link set wg0 down'), on('gpu-1', 'ip link set wg0 up')],
  settleSeconds: 12,
  needs: 'namespaces',
  backend: 'host-gw',
};
