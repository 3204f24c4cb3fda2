import { type Fault, on } from '../../fault.ts';

/** Seen in the field: deckhouse/deckhouse#5709, cloudnativelabs/kube-router#1815. */
export const networkdDeletesRules: Fault = {
  name: 'networkd-deletes-rules',
  story:
    'systemd-networkd was restarted and deleted the rules of the full tunnel as foreign: nothing goes into it any more.',
  label: { class: 'missing-route', cause: 'policy-route', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip rule del not fwmark 51820 table 51820')],
  variant: 'full-tunnel',
};
