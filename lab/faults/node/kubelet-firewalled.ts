import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const kubeletFirewalled: Fault = {
  name: 'kubelet-firewalled',
  story: 'A host firewall was turned on without 10250: the node is Ready, but logs, exec and metrics time out.',
  label: { class: 'node-agent', cause: 'kubelet-firewalled', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletDown',
  needs: 'namespaces',
  inject: [drop('gpu-1', 'input', 'iifname != "lo" tcp dport 10250')],
};
