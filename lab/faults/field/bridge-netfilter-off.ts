import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1702, cloudnativelabs/kube-router#151, kubernetes/kubernetes#38802. */
export const bridgeNetfilterOff: Fault = {
  name: 'bridge-netfilter-off',
  story:
    'After a reboot bridges do not call iptables: a service whose pod is on the same node answers the caller under another name.',
  label: { class: 'node-agent', cause: 'service-rules-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CoreDNSDown',
  needs: 'namespaces',
  variant: 'with-services',
  inject: [on('gpu-1', 'sysctl -q -w net.bridge.bridge-nf-call-iptables=0')],
};
