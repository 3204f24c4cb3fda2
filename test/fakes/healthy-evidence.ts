import { EVIDENCE_SCHEMA, type Evidence, type HostReading } from '../../core/evidence/evidence.ts';
import { type ExpectedNetwork, expectedNetwork, type Vtep } from '../../core/evidence/expected-network.ts';
import { NODE_EVIDENCE_SCHEMA, type NodeEvidence, type Probe } from '../../core/evidence/node-evidence.ts';
import { NodeObject } from '../../core/evidence/node-object.ts';
import { planProbes } from '../../core/evidence/probe-plan.ts';

/** A fleet as Node objects: one hub, and GPU nodes of two sites behind it. */
export const nodes: readonly NodeObject[] = [
  nodeObject('hub-1', 0, '10.0.1.10', 'hub', 'aws'),
  nodeObject('gpu-1', 11, '10.200.0.11', 'gpu', 'dc-a'),
  nodeObject('gpu-2', 12, '10.200.0.12', 'gpu', 'dc-b'),
];

export const network: ExpectedNetwork = expectedNetwork(nodes);

function nodeObject(name: string, number: number, publicIp: string, role: string, site: string): NodeObject {
  return NodeObject.parse({
    metadata: {
      name,
      labels: { 'restitch.dev/role': role, 'restitch.dev/pool': role, 'restitch.dev/site': site },
      annotations: {
        'flannel.alpha.coreos.com/backend-type': 'vxlan',
        'flannel.alpha.coreos.com/backend-data': JSON.stringify({ VNI: 1, VtepMAC: macOf(number) }),
        'flannel.alpha.coreos.com/public-ip': publicIp,
      },
    },
    spec: { podCIDR: `10.42.${number}.0/24` },
    status: { conditions: [{ type: 'Ready', status: 'True' }], addresses: [{ type: 'InternalIP', address: publicIp }] },
  });
}

function macOf(number: number): string {
  return `0a:58:0a:2a:${number.toString(16).padStart(2, '0')}:00`;
}

export function vtepOf(name: string): Vtep {
  const vtep = network.vteps.find((candidate) => candidate.node === name);
  if (vtep === undefined) throw new Error(`no VTEP ${name}`);
  return vtep;
}

/** What `diagnose` prints on a host whose tables are exactly as flanneld makes them. */
export function healthyHost(name: string): NodeEvidence {
  const self = vtepOf(name);
  const peers = network.vteps.filter((vtep) => vtep.node !== name);
  const tunnelled = name.startsWith('gpu');
  return {
    schema: NODE_EVIDENCE_SCHEMA,
    hostname: name,
    collectedAt: 1_800_000_000,
    links: [
      {
        name: 'flannel.1',
        kind: 'vxlan',
        up: true,
        mtuBytes: 1370,
        mac: self.vtepMac,
        vxlan: { vni: 1, port: 8472, local: self.publicIp, dev: tunnelled ? 'wg0' : 'eth0', learning: false },
      },
      { name: 'wg0', kind: 'wireguard', up: true, mtuBytes: 1420, mac: null, vxlan: null },
    ],
    addresses: [['flannel.1', `${self.vtepIp}/32`]],
    neighbours: peers.map((peer) => [peer.vtepIp, peer.vtepMac, 'PERMANENT']),
    fdb: peers.map((peer) => [peer.vtepMac, peer.publicIp]),
    routes: peers.map((peer) => [peer.podCidr, peer.vtepIp, 'flannel.1', true, 0]),
    wireguard: {
      interface: 'wg0',
      publicKey: `${name}-public`,
      listenPort: 51820,
      peers: [
        {
          publicKey: 'peer-public',
          endpoint: '198.51.100.10:51820',
          allowedIps: ['10.200.0.0/24'],
          latestHandshakeAt: 1_800_000_000 - 60,
          receivedBytes: 1,
          sentBytes: 1,
          keepaliveSeconds: 25,
        },
      ],
    },
    sysctls: { 'net.ipv4.ip_forward': 1 },
    subnetEnv: { network: '10.42.0.0/16', subnet: self.podCidr, mtuBytes: 1370 },
    probes: [],
    unseen: [],
  };
}

/** Probes from a host to peers; `passes` decides which. */
export function probesFrom(peers: readonly string[], passes: (name: string) => boolean = () => true): Probe[] {
  return planProbes(network, peers, () => 1370).map(({ kind, peer, address, payloadBytes }) => {
    const name = `${kind}-${peer}`;
    const passed = passes(name);
    return {
      name,
      address,
      payloadBytes,
      dontFragment: true,
      sent: 3,
      received: passed ? 3 : 0,
      rttMs: passed ? 1 : null,
      tooLong: false,
    };
  });
}

export function reading(
  host: string,
  role: HostReading['role'],
  evidence: NodeEvidence,
  probes: Probe[] | null,
): HostReading {
  return { host, role, passive: { status: 'read', evidence }, probes };
}

/** Evidence about gpu-1 in which nothing is wrong. */
export function healthyEvidence(): Evidence {
  return {
    schema: EVIDENCE_SCHEMA,
    collectedAt: 1_800_000_000_000,
    target: { cluster: 'lab', node: 'gpu-1' },
    vxlanDevice: 'flannel.1',
    wireguardDevice: 'wg0',
    agent: 'online',
    kubernetes: { ready: 'True', leaseAgeSeconds: 5, kubelet: { reachable: true, detail: 'answers' } },
    nodes: [...nodes],
    readings: [
      reading('gpu-1', 'node', healthyHost('gpu-1'), probesFrom(['hub-1', 'gpu-2'])),
      reading('hub-1', 'hub', healthyHost('hub-1'), probesFrom(['gpu-1'])),
      reading('gpu-2', 'peer', healthyHost('gpu-2'), probesFrom(['gpu-1'])),
    ],
  };
}

/** The same evidence with one host's tables changed, and its probes decided anew. */
export function evidenceWith(
  host: string,
  change: (measured: NodeEvidence) => NodeEvidence,
  passes: (from: string, name: string) => boolean = () => true,
): Evidence {
  const healthy = healthyEvidence();
  return {
    ...healthy,
    readings: healthy.readings.map(({ host: name, role }) =>
      reading(
        name,
        role,
        name === host ? change(healthyHost(name)) : healthyHost(name),
        probesFrom(role === 'node' ? ['hub-1', 'gpu-2'] : ['gpu-1'], (probe) => passes(name, probe)),
      ),
    ),
  };
}
