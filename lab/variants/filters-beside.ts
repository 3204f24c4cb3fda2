import { shell } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

const RULES = `nft -f - <<'END'
table inet hardening {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname { lo, cni0, flannel.1, wg0 } accept
    udp dport { 8472, 51820 } accept
    tcp dport { 22, 10250 } accept
    meta l4proto { icmp, ipv6-icmp } accept
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ip saddr 10.42.0.0/16 accept
    ip daddr 10.42.0.0/16 accept
    iifname wg0 accept
    oifname wg0 accept
  }
}
END`;

export const filtersBeside: LabVariant = {
  name: 'filters-beside',
  story: 'A host firewall with rules that let the fleet’s own traffic through, as a hardened image has it.',
  fleet: {
    ...plainFleet,
    afterwards: plainFleet.hosts.map(({ name }) => shell(name, RULES)),
  },
};
