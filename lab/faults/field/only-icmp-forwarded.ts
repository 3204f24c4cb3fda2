import { type Fault, on } from '../../fault.ts';

/** Seen in the field: canonical/microk8s#316, flannel-io/flannel#2055, k3s-io/k3s#3122. */
export const onlyIcmpForwarded: Fault = {
  name: 'only-icmp-forwarded',
  story: 'firewalld lets forwarded ICMP through and rejects the rest: pods ping each other and resolve no name.',
  label: { class: 'overlay-blocked', cause: 'only-icmp-passes', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CoreDNSDown',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'nft add table inet firewalld'),
    on('gpu-1', 'nft add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; }'),
    on('gpu-1', 'nft add rule inet firewalld filter_FORWARD meta l4proto icmp accept'),
    on('gpu-1', 'nft add rule inet firewalld filter_FORWARD reject with icmpx admin-prohibited'),
  ],
};
