import { type Fault, on } from '../../fault.ts';

/** Seen in the field: k3s-io/k3s#7542, rancher/rke2#774, #10469, containernetworking/plugins#512, flannel-io/flannel#1834. */
export const firewalldReloaded: Fault = {
  name: 'firewalld-reloaded',
  story:
    'firewalld was reloaded and flushed the rules of kube-proxy and flannel: pods ping each other, no service answers.',
  label: { class: 'node-agent', cause: 'service-rules-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'ServiceUnreachable',
  needs: 'namespaces',
  variant: 'with-services',
  inject: [on('gpu-1', 'nft flush ruleset')],
};
