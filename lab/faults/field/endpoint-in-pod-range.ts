import { type Fault, shell } from '../../fault.ts';
import { loseMapping } from '../one-way/lose-mapping.ts';

/** Seen in the field: cilium/cilium#36491. */
export const endpointInPodRange: Fault = {
  name: 'endpoint-in-pod-range',
  story: 'A mesh agent offered an address of a pod as candidate, and the node took it for the hub.',
  label: { class: 'tunnel-down', cause: 'hub-endpoint-stale', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  needs: 'namespaces',
  inject: [
    ...loseMapping,
    shell('gpu-1', 'wg set wg0 peer "$(wg show wg0 peers)" endpoint 10.42.0.2:51820'),
    shell('nat1', 'conntrack -D -p udp --dport 51820 >/dev/null 2>&1 || true'),
  ],
  settleSeconds: 20,
};
