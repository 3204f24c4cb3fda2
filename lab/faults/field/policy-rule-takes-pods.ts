import { type Fault, on } from '../../fault.ts';

export const policyRuleTakesPods: Fault = {
  name: 'policy-rule-takes-pods',
  story: "An operator's rule sends what comes from the pod network to a table of its own, which leads to the internet.",
  label: { class: 'missing-route', cause: 'policy-route', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip route add default via 192.168.1.1 dev eth0 table 77'),
    on('gpu-1', 'ip rule add pref 100 from 10.42.11.0/24 lookup 77'),
  ],
};
