import { mustRun } from '../run-program.ts';
import { ipBatch, sysctl } from './ip-batch.ts';
import type { Names } from './names.ts';
import { HUB_PRIVATE, HUB_PUBLIC, type LabHost, labHosts, routers, TUNNEL_CIDR, VPC_CIDR } from './topology.ts';

/** One wire between two namespaces. */
interface Wire {
  readonly ends: readonly [End, End];
  readonly mtuBytes: number;
}

interface End {
  readonly host: string;
  readonly dev: string;
  readonly address: string;
  readonly address6: string;
}

/** One uplink to the internet; `prefix6` is the site's /48. */
interface Site {
  readonly router: string;
  readonly network: string;
  readonly prefix6: string;
}

const sites: readonly Site[] = [
  { router: 'vpc', network: '198.51.100', prefix6: '2001:db8:0' },
  { router: 'nat1', network: '203.0.113', prefix6: '2001:db8:1' },
  { router: 'nat2', network: '192.0.2', prefix6: '2001:db8:2' },
];

function wires(): readonly Wire[] {
  const lan = (host: LabHost, router: string, dev: string): Wire => ({
    ends: [
      { host: host.name, dev: 'eth0', address: host.eth0.address, address6: host.eth0.address6 },
      { host: router, dev, address: `${host.eth0.gateway}/24`, address6: `${host.eth0.gateway6}/64` },
    ],
    mtuBytes: host.eth0.mtuBytes,
  });
  const [hub, cloud, gpu1, gpu2] = labHosts;
  const lans = [
    hub && lan(hub, 'vpc', 'hub'),
    cloud && lan(cloud, 'vpc', 'cloud'),
    gpu1 && lan(gpu1, 'nat1', 'lan'),
    gpu2 && lan(gpu2, 'nat2', 'lan'),
  ];
  const uplink = ({ router, network, prefix6 }: Site): Wire => ({
    ends: [
      { host: router, dev: 'wan', address: `${network}.2/30`, address6: `${prefix6}:ff::2/64` },
      { host: 'inet', dev: router, address: `${network}.1/30`, address6: `${prefix6}:ff::1/64` },
    ],
    mtuBytes: 1500,
  });
  return [...lans.filter((wire) => wire !== undefined), ...sites.map(uplink)];
}

/** Hosts forward, as Kubernetes nodes do; IPv6 addresses are there at once, because nobody is asked for duplicates. */
async function setKernelParameters(names: Names): Promise<void> {
  const forwarders = [...routers, ...labHosts.map((host) => host.name)];
  await Promise.all([
    ...forwarders.map((place) =>
      sysctl(names.of(place), [
        'net.ipv4.ip_forward=1',
        'net.ipv4.conf.all.rp_filter=0',
        'net.ipv4.conf.default.rp_filter=0',
        'net.ipv6.conf.default.accept_dad=0',
      ]),
    ),
    ...routers.map((router) => sysctl(names.of(router), ['net.ipv6.conf.all.forwarding=1'])),
  ]);
}

/** Wires, routes, the VPC's 1:1 mapping of the hub's public address, and the NAT in front of each GPU site. */
export async function buildUnderlay(names: Names): Promise<void> {
  await setKernelParameters(names);
  for (const { ends, mtuBytes } of wires()) {
    const [a, b] = ends;
    await mustRun([
      'ip',
      'link',
      'add',
      a.dev,
      'mtu',
      String(mtuBytes),
      'netns',
      names.of(a.host),
      'type',
      'veth',
      'peer',
      'name',
      b.dev,
      'mtu',
      String(mtuBytes),
      'netns',
      names.of(b.host),
    ]);
    for (const end of ends) {
      await ipBatch(names.of(end.host), [
        `addr add ${end.address} dev ${end.dev}`,
        `addr add ${end.address6} dev ${end.dev} nodad`,
        `link set ${end.dev} up`,
      ]);
    }
  }
  await Promise.all([
    ...labHosts.map(({ name, eth0 }) =>
      ipBatch(names.of(name), [`route add default via ${eth0.gateway}`, `route add default via ${eth0.gateway6}`]),
    ),
    ...sites.map(({ router, network, prefix6 }) =>
      ipBatch(names.of(router), [
        `route add default via ${network}.1`,
        `route add default via ${prefix6}:ff::1`,
        ...(router === 'vpc' ? [`route add ${TUNNEL_CIDR} via ${HUB_PRIVATE}`] : []),
      ]),
    ),
    ipBatch(names.of('inet'), [
      `route add ${HUB_PUBLIC}/32 via 198.51.100.2`,
      ...sites.map(({ prefix6 }) => `route add ${prefix6}::/48 via ${prefix6}:ff::2`),
    ]),
    nft(names.of('vpc'), vpcNat),
    nft(names.of('nat1'), masquerade),
    nft(names.of('nat2'), masquerade),
  ]);
}

/** The hub's public address is its own; what else stands in the VPC goes out through a NAT gateway. */
const vpcNat = `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority -100
    iifname "wan" ip daddr ${HUB_PUBLIC} dnat to ${HUB_PRIVATE}
  }
  chain postrouting {
    type nat hook postrouting priority 100
    oifname "wan" ip saddr ${HUB_PRIVATE} snat to ${HUB_PUBLIC}
    oifname "wan" ip saddr ${VPC_CIDR} masquerade
  }
}
`;

/** What a site's router does: one address outwards, and nothing comes in that nobody asked for. */
const masquerade = `
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

async function nft(namespace: string, ruleset: string): Promise<void> {
  await mustRun(['ip', 'netns', 'exec', namespace, 'nft', '-f', '-'], { stdin: ruleset });
}
