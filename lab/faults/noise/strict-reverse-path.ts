import { type Fault, on } from '../../fault.ts';

export const strictReversePath: Fault = {
  name: 'strict-reverse-path',
  story:
    'A hardening profile turned strict reverse path filtering on; all routes are symmetric, so it filters nothing.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'NodeSysctlDrift',
  inject: [on('gpu-1', 'sysctl -q -w net.ipv4.conf.all.rp_filter=1')],
};
