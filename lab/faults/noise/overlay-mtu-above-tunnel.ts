import { type Fault, on } from '../../fault.ts';

export const overlayMtuAboveTunnel: Fault = {
  name: 'overlay-mtu-above-tunnel',
  story:
    'wg0 was made smaller after flannel.1 and the pod had their MTU (flannel issue 1775): kernels fragment or tell the sender, and all arrives.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'MtuMismatch',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip link set wg0 mtu 1500'),
    on('gpu-1', 'ip link set flannel.1 mtu 1450'),
    on('gpu-1', 'ip link set wg0 mtu 1420'),
    on('gpu-1', 'ip link set cni0 mtu 1450'),
    on('gpu-1', 'ip link set pod mtu 1450'),
    on('pod-gpu-1', 'ip link set eth0 mtu 1450'),
  ],
};
