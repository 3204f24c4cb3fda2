import { EVIDENCE_SCHEMA, type Evidence, type HostReading } from '../../core/evidence/evidence.ts';
import { NODE_EVIDENCE_SCHEMA, type NodeEvidence, type Probe } from '../../core/evidence/node-evidence.ts';
import { NodeObject } from '../../core/evidence/node-object.ts';
import type { ExpectedNetwork } from '../../core/overlay/expected-network.ts';
import { expectedNetwork, overlays } from '../../core/overlay/registry.ts';
import { readVtep, type VxlanVtep } from '../../core/overlay/vxlan/vtep.ts';
import { planProbes } from '../../core/probe/probe-plan.ts';

const COLLECTED_AT = 1_800_000_000;

/** A fleet as Node objects. Each spoke with its site; spokes are called `gpu-<number>`. */
export interface HealthyFleet {
  readonly nodes: readonly NodeObject[];
  readonly vteps: readonly VxlanVtep[];
  readonly spokes: readonly string[];
}

/** One hub, a host of its own network, and GPU nodes behind it: the site of each, in order. */
export function healthyFleet(sites: readonly string[]): HealthyFleet {
  const spokes = sites.map((site, index) => ({ name: `gpu-${index + 1}`, number: index + 11, site }));
  const fleet = [
    nodeObject('hub-1', 0, '10.0.1.10', 'hub', 'aws'),
    nodeObject('cloud-1', 1, '10.0.2.20', 'cloud', 'aws'),
    ...spokes.map(({ name, number, site }) => nodeObject(name, number, `10.200.${twoBytes(number)}`, 'gpu', site)),
  ];
  const vteps = fleet.flatMap((node) => {
    const vtep = readVtep(node, 'ipv4');
    return typeof vtep === 'string' ? [] : [vtep];
  });
  return { nodes: fleet, vteps, spokes: spokes.map(({ name }) => name) };
}

/** The fleet of most tests: GPU nodes of two sites. */
const smallFleet = healthyFleet(['dc-a', 'dc-b']);

export const nodes = smallFleet.nodes;

export const network: ExpectedNetwork = expectedNetwork(nodes, 'hub-1');

function nodeObject(name: string, number: number, publicIp: string, role: string, site: string): NodeObject {
  return NodeObject.parse({
    metadata: {
      name,
      uid: `uid-of-${name}`,
      labels: { 'restitch.dev/role': role, 'restitch.dev/pool': role, 'restitch.dev/site': site },
      annotations: {
        'flannel.alpha.coreos.com/backend-type': 'vxlan',
        'flannel.alpha.coreos.com/backend-data': JSON.stringify({ VNI: 1, VtepMAC: macOf(number) }),
        'flannel.alpha.coreos.com/public-ip': publicIp,
      },
    },
    spec: { podCIDR: podNetworkOf(number) },
    status: { conditions: [{ type: 'Ready', status: 'True' }], addresses: [{ type: 'InternalIP', address: publicIp }] },
  });
}

/** The last two bytes of an address. */
function twoBytes(number: number): string {
  return `${number >> 8}.${number & 255}`;
}

/** A /24 of 10.42.0.0/16, and of the networks after it. */
function podNetworkOf(number: number): string {
  return `10.${42 + (number >> 8)}.${number & 255}.0/24`;
}

function macOf(number: number): string {
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  return `0a:58:0a:2a:${hex(number & 255)}:${hex(number >> 8)}`;
}

/** The tunnels' network: a /24 holds the small fleets. */
function tunnelNetwork({ spokes }: HealthyFleet): string {
  return spokes.length < 200 ? '10.200.0.0/24' : '10.200.0.0/16';
}

export function vtepOf(name: string, { vteps } = smallFleet): VxlanVtep {
  const vtep = vteps.find((candidate) => candidate.node === name);
  if (vtep === undefined) throw new Error(`no VTEP ${name}`);
  return vtep;
}

/** What `diagnose` prints on a host whose tables are exactly as flanneld makes them. */
export function healthyHost(name: string, fleet = smallFleet): NodeEvidence {
  const self = vtepOf(name, fleet);
  const peers = fleet.vteps.filter((vtep) => vtep.node !== name);
  const device = isSpoke(name) ? 'wg0' : 'eth0';
  return {
    schema: NODE_EVIDENCE_SCHEMA,
    hostname: name,
    collectedAt: COLLECTED_AT,
    links: [
      { name: 'eth0', kind: 'device', up: true, mtuBytes: 1500, mac: null, vxlan: null },
      {
        name: 'flannel.1',
        kind: 'vxlan',
        up: true,
        mtuBytes: 1370,
        mac: self.vtepMac,
        vxlan: { vni: 1, port: 8472, local: self.publicIp, dev: device, learning: false },
      },
      ...(name === 'cloud-1'
        ? []
        : [{ name: 'wg0', kind: 'wireguard', up: true, mtuBytes: 1420, mac: null, vxlan: null }]),
    ],
    addresses: [
      ['flannel.1', `${self.overlayIp}/32`],
      ...(name === 'cloud-1'
        ? []
        : [['wg0', `${isSpoke(name) ? self.publicIp : '10.200.0.1'}/${tunnelNetwork(fleet).split('/')[1]}`]]),
    ] as [string, string][],
    neighbours: peers.map((peer) => [peer.overlayIp, peer.vtepMac, 'PERMANENT']),
    fdb: peers.map((peer) => [peer.vtepMac, peer.publicIp]),
    routes: [
      ['default', '192.168.1.1', 'eth0', false, 0],
      ...(name === 'cloud-1' ? [] : [[tunnelNetwork(fleet), null, 'wg0', false, 0]]),
      ...(isSpoke(name) ? [['10.0.0.0/16', null, 'wg0', false, 0]] : []),
      ...peers.map((peer) => [peer.podCidr, peer.overlayIp, 'flannel.1', true, 0]),
    ] as NodeEvidence['routes'],
    wireguard: name === 'cloud-1' ? null : wireGuard(name, 1, fleet),
    flannelWireGuard: null,
    sysctls: { 'net.ipv4.ip_forward': 1 },
    subnetEnv: {
      network: fleet.spokes.length < 200 ? '10.42.0.0/16' : '10.40.0.0/13',
      subnet: self.podCidr,
      mtuBytes: 1370,
    },
    pods: { addresses: [self.podCidr.replace('0/24', '2')], mtus: [[1370, 1]], allocated: 1 },
    agents: ['flanneld'],
    kubelet: { listening: true, unheard: false },
    probes: [],
    unseen: [],
  };
}

export function isSpoke(name: string): boolean {
  return name.startsWith('gpu');
}

/** The tunnel of a host; counters grow with `packets`. */
export function wireGuard(name: string, packets: number, fleet = smallFleet): NonNullable<NodeEvidence['wireguard']> {
  const peers = name === 'hub-1' ? fleet.spokes : ['hub-1'];
  return {
    interface: 'wg0',
    publicKey: keyOf(name),
    listenPort: 51820,
    peers: peers.map((peer) => ({
      publicKey: keyOf(peer),
      endpoint: peer === 'hub-1' ? '198.51.100.10:51820' : `203.0.113.${fleet.spokes.indexOf(peer) + 1}:51820`,
      allowedIps: peer === 'hub-1' ? [tunnelNetwork(fleet), '10.0.0.0/16'] : [`${vtepOf(peer, fleet).publicIp}/32`],
      latestHandshakeAt: COLLECTED_AT - 60,
      receivedBytes: 1_000 * packets,
      sentBytes: 1_000 * packets,
      keepaliveSeconds: peer === 'hub-1' ? 25 : 0,
    })),
  };
}

function keyOf(name: string): string {
  return `${name.replace('-', '')}public=`;
}

/** Probes from a host to peers; `passes` decides which. */
export function probesFrom(
  from: string,
  peers: readonly string[],
  passes: (name: string) => boolean = () => true,
): Probe[] {
  return peers
    .flatMap((peer) =>
      planProbes({
        sender: healthyHost(from),
        flannelDevice: 'flannel.1',
        mtu: overlays.vxlan.mtu,
        to: vtepOf(peer),
        receiver: healthyHost(peer),
      }),
    )
    .map(({ kind, peer, address, payloadBytes, mode }) => {
      const name = `${kind}-${peer}`;
      const received = passes(name) ? 3 : 0;
      const rttMs = received > 0 ? 1 : null;
      return { name, address, payloadBytes, mode, sent: 3, received, rttMs, tooLong: false, foundPayloadBytes: null };
    });
}

/** One host that was read and then probed once. */
export function reading(
  host: string,
  role: HostReading['role'],
  evidence: NodeEvidence,
  probes: readonly Probe[],
): HostReading {
  const wireguard = evidence.wireguard === null ? null : wireGuard(host, 2);
  return {
    host,
    role,
    passive: { status: 'read', evidence },
    runs: [{ collectedAt: COLLECTED_AT + 2, probes: [...probes], wireguard, kubelet: evidence.kubelet }],
  };
}

const roles = { 'gpu-1': 'node', 'hub-1': 'hub', 'gpu-2': 'peer', 'cloud-1': 'segment' } as const;

/** Evidence about gpu-1 in which nothing is wrong. */
export function healthyEvidence(): Evidence {
  return evidenceWith('none', (measured) => measured);
}

/** The same evidence with one host's tables changed, and its probes decided anew. */
export function evidenceWith(
  host: string,
  change: (measured: NodeEvidence) => NodeEvidence,
  passes: (from: string, name: string) => boolean = () => true,
): Evidence {
  return {
    schema: EVIDENCE_SCHEMA,
    collectedAt: COLLECTED_AT * 1_000,
    target: { cluster: 'lab', node: 'gpu-1' },
    flannelDevice: 'flannel.1',
    wireguardDevice: 'wg0',
    agent: 'online',
    kubernetes: { ready: 'True', leaseAgeSeconds: 5, kubelet: { type: 'reachable' } },
    nodes: [...nodes],
    routeTables: [],
    readings: Object.entries(roles).map(([name, role]) =>
      reading(
        name,
        role,
        name === host ? change(healthyHost(name)) : healthyHost(name),
        probesFrom(name, role === 'node' ? ['hub-1', 'gpu-2', 'cloud-1'] : ['gpu-1'], (probe) => passes(name, probe)),
      ),
    ),
  };
}
