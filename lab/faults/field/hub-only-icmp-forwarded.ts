import { type Fault, on } from '../../fault.ts';

/** Seen in the field: portainer/kubesolo#146, canonical/microk8s#1157. */
export const hubOnlyIcmpForwarded: Fault = {
  name: 'hub-only-icmp-forwarded',
  story:
    'firewalld on the hub lets forwarded ICMP through and rejects the rest: what every spoke says to the VPC but pings.',
  label: { class: 'overlay-blocked', cause: 'only-icmp-passes', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('hub-1', 'nft add table inet firewalld'),
    on('hub-1', 'nft add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; }'),
    on('hub-1', 'nft add rule inet firewalld filter_FORWARD meta l4proto icmp accept'),
    on('hub-1', 'nft add rule inet firewalld filter_FORWARD reject with icmpx admin-prohibited'),
  ],
};
