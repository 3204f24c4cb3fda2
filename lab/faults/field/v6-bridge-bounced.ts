import { type Fault, on } from '../../fault.ts';

/** A link that goes down loses its IPv6 addresses, which IPv4's outlive (net.ipv6.conf.*.keep_addr_on_down). */
export const v6BridgeBounced: Fault = {
  name: 'v6-bridge-bounced',
  story: 'Somebody set cni0 down and up: the gateway of the pods is back for IPv4, and gone for IPv6.',
  label: { class: 'node-agent', cause: 'pods-cut-off', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [on('gpu-1', 'ip link set cni0 down'), on('gpu-1', 'ip link set cni0 up')],
};
