import { type Fault, on } from '../../fault.ts';

/** Seen in the field: k3s-io/k3s#3451, docker/for-win#1667. */
export const ownRouteShadowedByHalf: Fault = {
  name: 'own-route-shadowed-by-half',
  story: "A network of the container runtime takes the lower half of the node's own pod network.",
  label: { class: 'node-agent', cause: 'own-route-shadowed', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip link add br-2f8a type bridge'),
    on('gpu-1', 'ip link set br-2f8a up'),
    on('gpu-1', 'ip route add 10.42.11.0/25 dev br-2f8a'),
  ],
};
