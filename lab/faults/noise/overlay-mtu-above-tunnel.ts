import { type Fault, on } from '../../fault.ts';

export const overlayMtuAboveTunnel: Fault = {
  name: 'overlay-mtu-above-tunnel',
  story:
    'flannel.1 and a pod were made for a path of 1500 bytes without a tunnel: the node’s own kernel says so to every sender, and all arrives.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'MtuMismatch',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip link set flannel.1 mtu 1450'),
    on('gpu-1', 'ip link set cni0 mtu 1450'),
    on('gpu-1', 'ip link set pod mtu 1450'),
    on('pod-gpu-1', 'ip link set eth0 mtu 1450'),
  ],
};
