import { type Fault, on } from '../../fault.ts';

/** Seen in the field: docker/for-win#1667, kontena/pharos-cluster#1330. */
export const dockerOnPodRange: Fault = {
  name: 'docker-on-pod-range',
  story: "docker0 was given a network inside another node's pods: what goes to them stays on the host.",
  label: { class: 'missing-route', cause: 'pod-cidr-overlap', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip link add docker0 type bridge'),
    on('gpu-1', 'ip addr add 10.42.12.1/25 dev docker0'),
    on('gpu-1', 'ip link set docker0 up'),
  ],
};
