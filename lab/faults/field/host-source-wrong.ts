import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#895. */
export const hostSourceWrong: Fault = {
  name: 'host-source-wrong',
  story:
    'The routes to the pods name the public card as source: pods talk, but hosts and hostNetwork pods get no answer.',
  label: { class: 'missing-route', cause: 'source-address-wrong', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'HostNetworkPodsUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip route replace 10.42.0.0/24 via 10.42.0.0 dev flannel.1 onlink src 192.168.1.10'),
    on('gpu-1', 'ip route replace 10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink src 192.168.1.10'),
    on('gpu-1', 'ip route replace 10.42.12.0/24 via 10.42.12.0 dev flannel.1 onlink src 192.168.1.10'),
  ],
};
