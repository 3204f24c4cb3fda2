import { type Fault, on } from '../../fault.ts';

/** Seen in the field: systemd/systemd#468, projectcalico/cni-plugin#283. */
export const forwardingOffOnOverlay: Fault = {
  name: 'forwarding-off-on-overlay',
  story: 'systemd-networkd switched forwarding off for flannel.1 alone; the global switch still says 1.',
  label: { class: 'missing-route', cause: 'forwarding-off-on-device', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [on('gpu-1', 'sysctl -q -w net.ipv4.conf.flannel/1.forwarding=0')],
};
