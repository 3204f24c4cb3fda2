import { type Fault, on } from '../../fault.ts';

/** Seen in the field: canonical/microk8s#68, k3s-io/k3s#6240. */
export const ufwDeniesRouted: Fault = {
  name: 'ufw-denies-routed',
  story: 'ufw drops routed packets but accepts echo requests and what belongs to a connection.',
  label: { class: 'overlay-blocked', cause: 'only-icmp-passes', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'nft add table ip ufw'),
    on('gpu-1', 'nft add chain ip ufw forward { type filter hook forward priority 10; policy drop; }'),
    on('gpu-1', 'nft add rule ip ufw forward ct state established,related accept'),
    on('gpu-1', 'nft add rule ip ufw forward icmp type echo-request accept'),
  ],
};
