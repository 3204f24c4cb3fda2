import { type Fault, on } from '../../fault.ts';

export const inboundFilteredByReversePath: Fault = {
  name: 'inbound-filtered-by-reverse-path',
  story:
    "Hardening put rp_filter on and src_valid_mark off on a node whose routes depend on WireGuard's mark: the kernel drops the hub's packets.",
  label: { class: 'one-way-nat', cause: 'reverse-path-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [
    on('gpu-1', 'wg set wg0 fwmark 51820'),
    on('gpu-1', 'ip route add default dev wg0 table 51820'),
    on('gpu-1', 'ip rule add pref 100 fwmark 51820 table main'),
    on('gpu-1', 'ip rule add pref 101 to 198.51.100.10 table 51820'),
    on('gpu-1', 'sysctl -q -w net.ipv4.conf.all.src_valid_mark=0 net.ipv4.conf.all.rp_filter=1'),
  ],
  needs: 'namespaces',
};
