import { mustRun } from '../run-program.ts';
import { ipBatch, sysctl } from './ip-batch.ts';
import { type LabHost, routers } from './lab-host.ts';
import type { Names } from './names.ts';
import { addressOf, networkOf, prefixOf } from './topology.ts';
import { mapped, masquerade, vpcNat } from './translation.ts';

/** One wire between two namespaces. */
interface Wire {
  readonly ends: readonly [End, End];
  readonly mtuBytes: number;
}

type End = { readonly host: string; readonly dev: string } & (
  | { readonly address: string; readonly address6: string }
  | { readonly bridge: string }
);

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

function wires(hosts: readonly LabHost[]): readonly Wire[] {
  const uplink = ({ router, network, prefix6 }: Site): Wire => ({
    ends: [
      { host: router, dev: 'wan', address: `${network}.2/30`, address6: `${prefix6}:ff::2/64` },
      { host: 'inet', dev: router, address: `${network}.1/30`, address6: `${prefix6}:ff::1/64` },
    ],
    mtuBytes: 1500,
  });
  return [...lans(hosts), ...sites.map(uplink)];
}

/** A host alone in its network has a wire to the router; several share a bridge there. */
function lans(hosts: readonly LabHost[]): readonly Wire[] {
  return hosts.map((host): Wire => {
    const { eth0, lan } = host;
    const gateway = { address: gatewayOf(host), address6: `${eth0.gateway6}/64` };
    const end: End = hasNeighbours(host, hosts)
      ? { host: lan.router, dev: `to-${host.name}`, bridge: lan.dev }
      : { host: lan.router, dev: lan.dev, ...gateway };
    return {
      ends: [{ host: host.name, dev: 'eth0', address: eth0.address, address6: eth0.address6 }, end],
      mtuBytes: eth0.mtuBytes,
    };
  });
}

function gatewayOf({ eth0 }: LabHost): string {
  return `${eth0.gateway}/${prefixOf(eth0.address)}`;
}

function hasNeighbours({ name, lan }: LabHost, hosts: readonly LabHost[]): boolean {
  return hosts.some((other) => other.name !== name && other.lan.router === lan.router && other.lan.dev === lan.dev);
}

/** The bridges of networks that several hosts share, with the gateway's addresses. */
async function makeBridges(names: Names, hosts: readonly LabHost[]): Promise<void> {
  const shared = hosts.filter((host) => hasNeighbours(host, hosts));
  const first = shared.filter(
    ({ lan }, index) =>
      shared.findIndex(({ lan: other }) => other.router === lan.router && other.dev === lan.dev) === index,
  );
  for (const host of first) {
    const { lan, eth0 } = host;
    await ipBatch(names.of(lan.router), [
      `link add ${lan.dev} type bridge`,
      `link set ${lan.dev} mtu ${eth0.mtuBytes} up`,
      `addr add ${gatewayOf(host)} dev ${lan.dev}`,
      `addr add ${eth0.gateway6}/64 dev ${lan.dev} nodad`,
    ]);
  }
}

/** Hosts forward, as Kubernetes nodes do; IPv6 addresses are there at once, because nobody is asked for duplicates. */
async function setKernelParameters(names: Names, hosts: readonly LabHost[]): Promise<void> {
  const forwarders = [...routers, ...hosts.map((host) => host.name)];
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
export async function buildUnderlay(names: Names, hosts: readonly LabHost[]): Promise<void> {
  await setKernelParameters(names, hosts);
  await makeBridges(names, hosts);
  for (const { ends, mtuBytes } of wires(hosts)) {
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
        ...('bridge' in end
          ? [`link set ${end.dev} master ${end.bridge}`]
          : [`addr add ${end.address} dev ${end.dev}`, `addr add ${end.address6} dev ${end.dev} nodad`]),
        `link set ${end.dev} up`,
      ]);
    }
  }
  await Promise.all([
    ...hosts.map(({ name, eth0 }) =>
      ipBatch(names.of(name), [`route add default via ${eth0.gateway}`, `route add default via ${eth0.gateway6}`]),
    ),
    ...sites.map(({ router, network, prefix6 }) =>
      ipBatch(names.of(router), [
        `route add default via ${network}.1`,
        `route add default via ${prefix6}:ff::1`,
        ...(router === 'vpc' ? hosts.flatMap(routeToTunnel) : []),
      ]),
    ),
    ipBatch(names.of('inet'), [
      ...mapped(hosts).map(({ publicAddress }) => `route add ${publicAddress}/32 via 198.51.100.2`),
      ...sites.map(({ prefix6 }) => `route add ${prefix6}::/48 via ${prefix6}:ff::2`),
    ]),
    nft(names.of('vpc'), vpcNat(hosts)),
    nft(names.of('nat1'), masquerade),
    nft(names.of('nat2'), masquerade),
  ]);
}

/** A hub's tunnel network, as the VPC's route table knows it. */
function routeToTunnel({ role, eth0, wireguard }: LabHost): readonly string[] {
  return role === 'hub' && wireguard !== undefined
    ? [`route add ${networkOf(wireguard.address)} via ${addressOf(eth0.address)}`]
    : [];
}

async function nft(namespace: string, ruleset: string): Promise<void> {
  await mustRun(['ip', 'netns', 'exec', namespace, 'nft', '-f', '-'], { stdin: ruleset });
}
