import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1437, containernetworking/plugins#629. */
export const leftoverCniBridge: Fault = {
  name: 'leftover-cni-bridge',
  story: 'An older CNI configuration sorts first, and the pod was put on its bridge with an address of no pod network.',
  label: { class: 'node-agent', cause: 'leftover-cni', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip link add cni-podman0 type bridge'),
    on('gpu-1', 'ip addr add 10.88.0.1/16 dev cni-podman0'),
    on('gpu-1', 'ip link set cni-podman0 up'),
    on('gpu-1', 'ip link set pod master cni-podman0'),
    on('gpu-1', 'ip neigh flush dev cni0'),
    on('pod-gpu-1', 'ip addr flush dev eth0'),
    on('pod-gpu-1', 'ip addr add 10.88.0.2/16 dev eth0'),
    on('pod-gpu-1', 'ip route add default via 10.88.0.1'),
    on('gpu-1', 'mkdir -p /var/lib/cni/networks/podman'),
    on('gpu-1', 'cp /var/lib/cni/networks/cbr0/10.42.11.2 /var/lib/cni/networks/podman/10.88.0.2'),
    on('gpu-1', 'ping -n -c 1 -W 2 10.88.0.2'),
  ],
};
