import { mustRun } from '../run-program.ts';
import { ipBatch, sysctl } from './ip-batch.ts';
import type { Names } from './names.ts';
import { HUB_PUBLIC, type LabHost, labHosts, TUNNEL_CIDR } from './topology.ts';

/** One wire between two namespaces. */
interface Wire {
  readonly ends: readonly [End, End];
  readonly mtuBytes: number;
}

interface End {
  readonly host: string;
  readonly dev: string;
  readonly address: string;
}

const HUB_PRIVATE = '10.0.1.10';

function wires(): readonly Wire[] {
  const lan = (host: LabHost, router: string, dev: string): Wire => ({
    ends: [
      { host: host.name, dev: 'eth0', address: host.eth0.address },
      { host: router, dev, address: `${host.eth0.gateway}/24` },
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
  const uplink = (router: string, dev: string, network: string): Wire => ({
    ends: [
      { host: router, dev: 'wan', address: `${network}.2/30` },
      { host: 'inet', dev, address: `${network}.1/30` },
    ],
    mtuBytes: 1500,
  });
  return [
    ...lans.filter((wire) => wire !== undefined),
    uplink('vpc', 'vpc', '198.51.100'),
    uplink('nat1', 'nat1', '203.0.113'),
    uplink('nat2', 'nat2', '192.0.2'),
  ];
}

/** Wires, routes, the VPC's 1:1 mapping of the hub's public address, and the NAT in front of each GPU site. */
export async function buildUnderlay(names: Names): Promise<void> {
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
      await ipBatch(names.of(end.host), [`addr add ${end.address} dev ${end.dev}`, `link set ${end.dev} up`]);
    }
  }
  await Promise.all([
    ...labHosts.map((host) => ipBatch(names.of(host.name), [`route add default via ${host.eth0.gateway}`])),
    ipBatch(names.of('vpc'), ['route add default via 198.51.100.1', `route add ${TUNNEL_CIDR} via ${HUB_PRIVATE}`]),
    ipBatch(names.of('nat1'), ['route add default via 203.0.113.1']),
    ipBatch(names.of('nat2'), ['route add default via 192.0.2.1']),
    ipBatch(names.of('inet'), [`route add ${HUB_PUBLIC}/32 via 198.51.100.2`]),
    ...['inet', 'vpc', 'nat1', 'nat2', ...labHosts.map((host) => host.name)].map((host) =>
      sysctl(names.of(host), [
        'net.ipv4.ip_forward=1',
        'net.ipv4.conf.all.rp_filter=0',
        'net.ipv4.conf.default.rp_filter=0',
      ]),
    ),
    nft(names.of('vpc'), oneToOneNat),
    nft(names.of('nat1'), masquerade),
    nft(names.of('nat2'), masquerade),
  ]);
}

const oneToOneNat = `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority -100
    iifname "wan" ip daddr ${HUB_PUBLIC} dnat to ${HUB_PRIVATE}
  }
  chain postrouting {
    type nat hook postrouting priority 100
    oifname "wan" ip saddr ${HUB_PRIVATE} snat to ${HUB_PUBLIC}
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
`;

async function nft(namespace: string, ruleset: string): Promise<void> {
  await mustRun(['ip', 'netns', 'exec', namespace, 'nft', '-f', '-'], { stdin: ruleset });
}
