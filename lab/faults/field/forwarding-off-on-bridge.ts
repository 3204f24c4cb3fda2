import { type Fault, on } from '../../fault.ts';

/** Seen in the field: projectcalico/cni-plugin#283. */
export const forwardingOffOnBridge: Fault = {
  name: 'forwarding-off-on-bridge',
  story: "Forwarding is off for cni0 alone: the node's pods are reached and cannot answer.",
  label: { class: 'missing-route', cause: 'forwarding-off-on-device', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [on('gpu-1', 'sysctl -q -w net.ipv4.conf.cni0.forwarding=0')],
};
