import { type Fault, shell } from '../../fault.ts';

/**
 * A card that gets checksums wrong, for as long as it is asked to compute them. Payload rewrites of nftables leave the checksum
 * field as they wrote it, so that the receiver really counts an error.
 */
const WRONG_CHECKSUMS = `
setsid sh -c '
  while :; do
    case $(ethtool -k flannel.1 | grep tx-checksum-ip-generic) in
    *on*)
      nft list table ip card >/dev/null 2>&1 || {
        nft add table ip card
        nft "add chain ip card out { type filter hook postrouting priority 300; }"
        nft add rule ip card out oifname flannel.1 tcp checksum set 0xdead
        nft add rule ip card out oifname flannel.1 udp checksum set 0xdead
      } ;;
    *) nft delete table ip card 2>/dev/null ;;
    esac
    sleep 0.3
  done' >/dev/null 2>&1 </dev/null &
`;

/** Seen in the field: flannel-io/flannel#1279, #2152; kubernetes/kops#9074; kubernetes/kubernetes#88986. */
export const checksumOffload: Fault = {
  name: 'checksum-offload',
  story:
    'The card writes wrong inner checksums into what leaves through flannel.1: pings arrive, TCP and UDP are thrown away by the receiver.',
  label: { class: 'overlay-blocked', cause: 'checksum-offload', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'ServiceTimeouts',
  needs: 'namespaces',
  inject: [shell('gpu-1', WRONG_CHECKSUMS)],
  settleSeconds: 2,
};
