import { type FaultStep, shell } from '../fault.ts';

/** Where the stand-in of the API server listens: on the control plane's own address. */
export const API = '10.0.1.10:6443';

/** kube-proxy in iptables mode, as far as it can be seen: its chain, and the way to the API's ClusterIP. */
export const kubeProxyByIptables = `table ip nat {
  chain KUBE-SERVICES {
    ip daddr 10.43.0.1 tcp dport 443 dnat to ${API}
  }
  chain PREROUTING {
    type nat hook prerouting priority -100;
    jump KUBE-SERVICES
  }
  chain OUTPUT {
    type nat hook output priority -100;
    jump KUBE-SERVICES
  }
}`;

/** The same in nftables mode, which has a table of its own. */
export const kubeProxyByNftables = `table ip kube-proxy {
  chain services {
    ip daddr 10.43.0.1 tcp dport 443 dnat to ${API}
  }
  chain nat-prerouting {
    type nat hook prerouting priority -100;
    jump services
  }
  chain nat-output {
    type nat hook output priority -100;
    jump services
  }
}`;

/** Cilium in kube-proxy's place: services are done by BPF programs, and it keeps a few chains. */
export const ciliumServices = `table ip nat {
  chain CILIUM_POST_nat {
    ip saddr 10.42.0.0/16 meta mark 0x200 accept
  }
  chain POSTROUTING {
    type nat hook postrouting priority 100;
    jump CILIUM_POST_nat
  }
}`;

const MASQUERADE = `ip saddr 10.42.0.0/16 ip daddr 10.42.0.0/16 return
    ip saddr 10.42.0.0/16 ip daddr != 224.0.0.0/4 masquerade`;

/** flannel since 0.21: two chains of its own. */
export const flannelByIptables = `table ip nat {
  chain FLANNEL-POSTRTG {
    ${MASQUERADE}
  }
  chain POSTROUTING {
    type nat hook postrouting priority 100;
    jump FLANNEL-POSTRTG
  }
}
table ip filter {
  chain FLANNEL-FWD {
    ip saddr 10.42.0.0/16 accept
    ip daddr 10.42.0.0/16 accept
  }
  chain FORWARD {
    type filter hook forward priority 0; policy accept;
    jump FLANNEL-FWD
  }
}`;

/** flannel before 0.21: the same rules in everybody's chain. */
export const oldFlannelByIptables = `table ip nat {
  chain POSTROUTING {
    type nat hook postrouting priority 100;
    ${MASQUERADE}
  }
}`;

/** flannel with EnableNFTables. */
export const flannelByNftables = `table ip flannel-ipv4 {
  chain postrtg {
    type nat hook postrouting priority 100;
    ${MASQUERADE}
  }
}`;

/** Writes tables of nftables on a host. Chains that are there get the rules besides. */
export function writeTables(host: string, ...tables: readonly string[]): FaultStep {
  return shell(host, `nft -f - <<'END'\n${tables.join('\n')}\nEND`);
}
