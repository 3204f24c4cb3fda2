import { type Fault, on } from '../../fault.ts';

export const ipForwardOff: Fault = {
  name: 'ip-forward-off',
  story: 'A hardening profile set ip_forward to 0: the node answers, its pods do not.',
  label: { class: 'missing-route', cause: 'ip-forward-off', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  inject: [on('gpu-1', 'sysctl -q -w net.ipv4.ip_forward=0')],
};
