import { type FaultStep, shell } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

/** Where the stand-in of the API server listens: on the control plane's own address. */
const API = '10.0.1.10:6443';

/** What kube-proxy and flannel write with iptables, as far as it can be seen: their chains, and the way to the API's ClusterIP. */
const rules = (host: string): FaultStep =>
  shell(
    host,
    `nft -f - <<'END'
table ip nat {
  chain KUBE-SERVICES {
    ip daddr 10.43.0.1 tcp dport 443 dnat to ${API}
  }
  chain FLANNEL-POSTRTG {
    ip saddr 10.42.0.0/16 ip daddr 10.42.0.0/16 return
    ip saddr 10.42.0.0/16 ip daddr != 224.0.0.0/4 masquerade
  }
  chain PREROUTING {
    type nat hook prerouting priority -100;
    jump KUBE-SERVICES
  }
  chain OUTPUT {
    type nat hook output priority -100;
    jump KUBE-SERVICES
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
}
END`,
  );

/** openssl answers TLS, which is all that a look at the API's port needs. */
const api = shell(
  'hub-1',
  `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=lab-api \\
     -keyout /run/api.key -out /run/api.crt 2>/dev/null || exit
   setsid openssl s_server -accept 10.0.1.10:6443 -quiet -key /run/api.key -cert /run/api.crt >/dev/null 2>&1 </dev/null &`,
);

export const withServices: LabVariant = {
  name: 'with-services',
  story: 'Every node has the chains of kube-proxy and flannel, and the API answers at its ClusterIP, 10.43.0.1.',
  fleet: { ...plainFleet, afterwards: [api, ...plainFleet.hosts.map(({ name }) => rules(name))] },
};
