import { type Fault, on } from '../../fault.ts';

/** Hardening profiles set both switches; whoever finds out puts IPv4’s back. */
export const v6ForwardingOff: Fault = {
  name: 'v6-forwarding-off',
  story: 'A hardening profile set the forwarding of IPv6 to 0: the node answers, its pods do by IPv4 alone.',
  label: { class: 'missing-route', cause: 'ip-forward-off', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [on('gpu-1', 'sysctl -q -w net.ipv6.conf.all.forwarding=0')],
};
