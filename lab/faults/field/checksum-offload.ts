import { type Fault, on } from '../../fault.ts';

/** Payload rewrites of nftables leave the checksum field as they wrote it, so that the receiver really counts an error. */
const wrongChecksums = [
  on('gpu-1', 'nft add table ip card'),
  on('gpu-1', 'nft add chain ip card out { type filter hook postrouting priority 300; }'),
  on('gpu-1', 'nft add rule ip card out oifname flannel.1 tcp checksum set 0xdead'),
  on('gpu-1', 'nft add rule ip card out oifname flannel.1 udp checksum set 0xdead'),
];

/** Seen in the field: flannel-io/flannel#1279, #2152; kubernetes/kops#9074; kubernetes/kubernetes#88986. */
export const checksumOffload: Fault = {
  name: 'checksum-offload',
  story:
    'The card writes wrong inner checksums into what leaves through flannel.1: pings arrive, TCP and UDP are thrown away by the receiver.',
  label: { class: 'overlay-blocked', cause: 'checksum-offload', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'ServiceTimeouts',
  needs: 'namespaces',
  inject: [...wrongChecksums],
};
