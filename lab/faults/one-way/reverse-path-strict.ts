import { type Fault, on } from '../../fault.ts';

export const reversePathStrict: Fault = {
  name: 'reverse-path-strict',
  story: 'Hardening put rp_filter=1 on every interface of the node; its routes are symmetric, so nothing is lost.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'NodeSettingsChanged',
  inject: [on('gpu-1', 'sysctl -q -w net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.default.rp_filter=1')],
  needs: 'namespaces',
};
