import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { variantFixtures } from '../../fixtures/evidence.ts';

/** Evidence in which every path passes, with something on every host that is not as in our lab. */
function everywhere(
  change: (host: NodeEvidence, name: string) => NodeEvidence,
  evidence = healthyEvidence(),
): Evidence {
  return {
    ...evidence,
    readings: evidence.readings.map((reading) => {
      if (reading.passive.status !== 'read') return reading;
      const measured = change(reading.passive.evidence, reading.host);
      // What it says of its peers is read again after the probes.
      const runs = reading.runs.map((run) => ({ ...run, wireguard: measured.wireguard }));
      return { ...reading, passive: { status: 'read', evidence: measured }, runs };
    }),
  };
}

const on = (host: string, change: (measured: NodeEvidence) => NodeEvidence) =>
  everywhere((measured, name) => (name === host ? change(measured) : measured));

function withNode(name: string, change: (node: NodeObject) => NodeObject, evidence = healthyEvidence()): Evidence {
  return { ...evidence, nodes: evidence.nodes.map((node) => (node.metadata.name === name ? change(node) : node)) };
}

const announcing = (publicIp: string) => (node: NodeObject) =>
  withAnnotations(node, { 'flannel.alpha.coreos.com/public-ip': publicIp });

const vxlanWith = (change: Partial<NonNullable<NodeEvidence['links'][number]['vxlan']>>) => (host: NodeEvidence) => ({
  ...host,
  links: host.links.map((link) => (link.vxlan === null ? link : { ...link, vxlan: { ...link.vxlan, ...change } })),
});

const directly = (self: string, peerCidr: string, via: string) => (host: NodeEvidence) =>
  host.hostname === self
    ? {
        ...host,
        routes: host.routes.map((row): NodeEvidence['routes'][number] =>
          row[0] === peerCidr ? [peerCidr, via, 'eth0', false, 0] : row,
        ),
        fdb: host.fdb.filter(([, destination]) => destination !== via),
        neighbours: host.neighbours.filter(([ip]) => !ip.startsWith(peerCidr.replace('.0/24', ''))),
      }
    : host;

/** Each is a fleet that works, and that version 0.1.0 changed or took a node of out of service. */
const fleets: readonly (readonly [string, Evidence])[] = [
  ['runs VXLAN on port 4789', everywhere(vxlanWith({ port: 4789 }))],
  ['runs VXLAN on port 4790', everywhere(vxlanWith({ port: 4790 }))],
  ['announces another address than the interface’s, behind 1:1 NAT', withNode('cloud-1', announcing('198.51.100.20'))],
  ['announces the LAN address of a node that is reached all the same', withNode('gpu-1', announcing('192.168.1.10'))],
  [
    'has routes to neighbours of the same network directly (DirectRouting)',
    everywhere((host) =>
      directly('cloud-1', '10.42.0.0/24', '10.0.1.10')(directly('hub-1', '10.42.1.0/24', '10.0.2.20')(host)),
    ),
  ],
  [
    'has 0.0.0.0/0 in AllowedIPs at the spoke',
    on('gpu-1', (host) => ({
      ...host,
      wireguard: host.wireguard && {
        ...host.wireguard,
        peers: host.wireguard.peers.map((peer) => ({ ...peer, allowedIps: ['0.0.0.0/0'] })),
      },
    })),
  ],
  [
    'has an entry that differs, of a peer that answers',
    on('gpu-1', (host) => ({
      ...host,
      neighbours: host.neighbours.map(([ip, , state]) => [ip, '0a:58:0a:2a:ff:00', state]),
    })),
  ],
  [
    'has forwarding off on a host that nobody needs it of',
    on('gpu-1', (host) => ({ ...host, sysctls: { 'net.ipv4.ip_forward': 0 } })),
  ],
  [
    'has a LAN inside a peer’s pod network',
    on('gpu-1', (host) => ({ ...host, routes: [...host.routes, ['10.42.12.0/25', null, 'docker0', false, 0]] })),
  ],
];

describe.each(fleets)('a fleet in which every path passes, and that %s', (_what, evidence) => {
  const examination = examine(evidence);

  it('is healthy', () => {
    expect(examination.diagnosis).toMatchObject({ class: 'healthy', cause: 'all-paths-pass', hostAtFault: null });
  });

  it('is not touched', () => {
    expect(planRepair(examination).hosts).toEqual([]);
  });
});

describe.each(variantFixtures().map(({ name, evidence }) => [name, evidence] as const))(
  'a fleet of the lab that differs and works, seen from a node: %s',
  (_name, evidence) => {
    const examination = examine(evidence);

    it('is healthy, and not touched', () => {
      expect(examination.diagnosis).toMatchObject({ class: 'healthy', hostAtFault: null });
      expect(planRepair(examination).hosts).toEqual([]);
    });
  },
);
