import type { LabHost } from './lab-host.ts';
import { addressOf, VPC_CIDR } from './topology.ts';

/** The hosts that have an address of the internet, mapped one to one. */
export function mapped(hosts: readonly LabHost[]): readonly (LabHost & { readonly publicAddress: string })[] {
  return hosts.flatMap((host) =>
    host.publicAddress === undefined ? [] : [{ ...host, publicAddress: host.publicAddress }],
  );
}

/** A public address is its host's own, from everywhere; what else stands in the VPC goes out through a NAT gateway. */
export function vpcNat(hosts: readonly LabHost[]): string {
  const pairs = mapped(hosts).map(({ publicAddress, eth0 }) => ({
    outside: publicAddress,
    inside: addressOf(eth0.address),
  }));
  return `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority -100
    ${pairs.map(({ outside, inside }) => `ip daddr ${outside} dnat to ${inside}`).join('\n    ')}
  }
  chain postrouting {
    type nat hook postrouting priority 100
    ${pairs.map(({ outside, inside }) => `oifname "wan" ip saddr ${inside} snat to ${outside}`).join('\n    ')}
    oifname "wan" ip saddr ${VPC_CIDR} masquerade
  }
}
`;
}

/** What a site's router does: one address outwards, and nothing comes in that nobody asked for. */
export const masquerade = `
table ip nat {
  chain postrouting {
    type nat hook postrouting priority 100
    oifname "wan" masquerade
  }
}
table ip filter {
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "wan" ct state established,related accept
    iifname "wan" drop
  }
}
table ip6 filter {
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "wan" ct state established,related accept
    iifname "wan" drop
  }
}
`;
