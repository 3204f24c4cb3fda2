import { type Fault, on } from '../../fault.ts';

export const kubeletFirewalled: Fault = {
  name: 'kubelet-firewalled',
  story: 'A host firewall was turned on without 10250: the node is Ready, but logs, exec and metrics time out.',
  label: { class: 'node-agent', cause: 'kubelet-firewalled', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletDown',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'nft add table inet host_firewall'),
    on('gpu-1', 'nft add chain inet host_firewall input { type filter hook input priority 0; }'),
    on('gpu-1', 'nft add rule inet host_firewall input iifname != "lo" tcp dport 10250 drop'),
  ],
};
