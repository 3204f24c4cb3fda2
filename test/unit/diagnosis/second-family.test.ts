import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence, Probe } from '../../../core/evidence/node-evidence.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { understand } from '../../../functions/runbook/look/seen.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { dualStackEvidence, evidenceFixtures } from '../../fixtures/evidence.ts';

const PUBLIC_IPV6 = 'flannel.alpha.coreos.com/public-ipv6';
const BACKEND_V6 = 'flannel.alpha.coreos.com/backend-v6-data';

const dualStack = dualStackEvidence;

const faultOf = (name: string): Evidence => {
  const fixture = evidenceFixtures().find(({ fault }) => fault.name === name);
  if (fixture === undefined) throw new Error(`no fixture of ${name}`);
  return fixture.evidence;
};

type Ipv6 = NonNullable<NodeEvidence['ipv6']>;

/** Changes what hosts measured, and what came back of their probes. */
function changed(
  evidence: Evidence,
  host: (measured: NodeEvidence, name: string) => NodeEvidence,
  probe: (probe: Probe, from: string) => readonly Probe[] = (each) => [each],
): Evidence {
  return {
    ...evidence,
    readings: evidence.readings.map((reading) => ({
      ...reading,
      passive:
        reading.passive.status === 'read'
          ? { status: 'read', evidence: host(reading.passive.evidence, reading.host) }
          : reading.passive,
      runs: reading.runs.map((run) => ({ ...run, probes: run.probes.flatMap((each) => probe(each, reading.host)) })),
    })),
  };
}

const same = (measured: NodeEvidence) => measured;
const lost = (probe: Probe): Probe => ({ ...probe, received: 0, rttMs: null });
const losing = (wanted: RegExp) => (probe: Probe) => [wanted.test(probe.name) ? lost(probe) : probe];
const tables = (host: string, change: (ipv6: Ipv6) => Partial<Ipv6>) => (measured: NodeEvidence, name: string) =>
  name === host && measured.ipv6 !== undefined
    ? { ...measured, ipv6: { ...measured.ipv6, ...change(measured.ipv6) } }
    : measured;
const withNodes = (evidence: Evidence, change: (node: NodeObject) => NodeObject): Evidence => ({
  ...evidence,
  nodes: evidence.nodes.map(change),
});
const withoutIpv6 = (node: NodeObject): NodeObject => {
  const { [PUBLIC_IPV6]: _address, [BACKEND_V6]: _data, ...annotations } = node.metadata.annotations;
  const podCIDRs = (node.spec.podCIDRs ?? []).filter((cidr) => !cidr.includes(':'));
  return { ...node, metadata: { ...node.metadata, annotations }, spec: { ...node.spec, podCIDRs } };
};
const isAbout = (peer: string) => (text: string | null) => text?.startsWith(peer) ?? false;

/** gpu-2 has IPv4 alone: no object says anything else, no host holds an entry about it, nobody sends to it. */
function withSingleStackPeer(): Evidence {
  const isIts = isAbout('fd00:42:0:c:');
  const evidence = withNodes(dualStack(), (node) => (node.metadata.name === 'gpu-2' ? withoutIpv6(node) : node));
  return changed(
    evidence,
    (measured) => ({
      ...measured,
      ...(measured.ipv6 === undefined
        ? {}
        : {
            ipv6: {
              ...measured.ipv6,
              neighbours: measured.ipv6.neighbours.filter(([ip]) => !isIts(ip)),
              fdb: measured.ipv6.fdb.filter(([, destination]) => destination !== 'fd00:200::c:1'),
              routes: measured.ipv6.routes.filter(([, gateway]) => !isIts(gateway)),
            },
          }),
    }),
    (probe, from) =>
      /^[a-z]+6-/.test(probe.name) && (from === 'gpu-2' || probe.name.endsWith('gpu-2')) ? [] : [probe],
  );
}

/** An administrator switched IPv6 off on gpu-1 after flanneld had announced it. */
function withIpv6Off(): Evidence {
  return changed(
    dualStack(),
    (measured, name) =>
      name === 'gpu-1'
        ? {
            ...measured,
            addresses: measured.addresses.filter(([, text]) => !text.includes(':')),
            ipv6: { neighbours: [], fdb: measured.ipv6?.fdb ?? [], routes: [], flannelWireGuard: null },
          }
        : measured,
    (probe, from) =>
      /^[a-z]+6-/.test(probe.name) && (from === 'gpu-1' || probe.name.endsWith('gpu-1')) ? [lost(probe)] : [probe],
  );
}

const announcingElsewhere = (node: NodeObject): NodeObject =>
  withAnnotations(node, { [PUBLIC_IPV6]: `2001:db8:99::${node.spec.podCIDR?.split('.')[2]}` });

const healthyFleets: readonly (readonly [string, Evidence])[] = [
  ['in which every node has both families', dualStack()],
  ['with a peer of one family', withSingleStackPeer()],
  ['whose node has one family, of peers with both', (({ flannelDeviceV6: _none, ...rest }) => rest)(dualStack())],
  ['with IPv6 switched off on a node that still announces it', withIpv6Off()],
  [
    'that announces IPv6 addresses which no tunnel carries',
    changed(withNodes(dualStack(), announcingElsewhere), same, losing(/^[a-z]+6-/)),
  ],
  [
    'with an IPv6 forwarding entry less, and no packet lost',
    changed(
      dualStack(),
      tables('gpu-1', ({ fdb }) => ({ fdb: fdb.slice(1) })),
    ),
  ],
  [
    'that has no IPv6 device anywhere: flannel’s other devices carry both families',
    changed(
      dualStack(),
      (measured) => ({ ...measured, links: measured.links.filter(({ name }) => name !== 'flannel-v6.1') }),
      losing(/^(vtep|full)6-/),
    ),
  ],
  ['whose hosts were read by an older script', changed(dualStack(), ({ ipv6: _ipv6, ...rest }) => rest)],
  [
    'whose node could not list its IPv6 routes',
    changed(dualStack(), (measured, name) =>
      name === 'gpu-1'
        ? {
            ...tables('gpu-1', () => ({ routes: [] }))(measured, name),
            unseen: [{ what: 'ipv6-routes', why: 'timeout' }],
          }
        : measured,
    ),
  ],
];

describe.each(healthyFleets)('a fleet %s', (_what, evidence) => {
  it('is healthy, and nothing is changed', () => {
    const examination = examine(evidence);
    expect(examination.diagnosis.class).toBe('healthy');
    expect(planRepair(examination).hosts).toEqual([]);
    expect(understand(evidence).verified).toBe(true);
  });
});

describe('a difference of IPv6 without loss', () => {
  it('is a remark that names the family', () => {
    const evidence = changed(
      dualStack(),
      tables('gpu-1', ({ fdb }) => ({ fdb: fdb.slice(1) })),
    );
    expect(examine(evidence).diagnosis.because).toContainEqual(
      expect.stringMatching(/^IPv6: differs without loss: gpu-1: no forwarding entry for /),
    );
  });

  it('is one as well where the underlay of IPv6 carries nothing', () => {
    expect(examine(withIpv6Off()).diagnosis.because).toContainEqual('IPv6: tunnel gpu-1 → hub-1 is lost');
  });
});

describe.each(['v6-mac-stale', 'v6-routes-lost', 'v6-fdb-lost', 'v6-link-bounced'])('the fault %s', (name) => {
  const examination = examine(faultOf(name));
  const lines = planRepair(examination).hosts.flatMap(({ operations }) => operations.map(formatOperation));

  it('is named as one of IPv6, while every IPv4 path passes', () => {
    const [first, ...because] = examination.diagnosis.because;
    expect(first).toBe('every IPv4 path passes');
    expect(because.filter((said) => !said.startsWith('IPv6: '))).toEqual([]);
    expect(understand(faultOf(name)).verified).toBe(false);
  });

  it('is repaired on the node alone, without touching the other family', () => {
    expect(planRepair(examination).hosts.map(({ host }) => host)).toEqual(['gpu-1']);
    expect(planRepair(examination).asks).toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !line.includes('flannel-v6.1'))).toEqual([]);
  });
});

describe('IPv6 that is lost with every table in order', () => {
  const evidence = changed(dualStack(), same, losing(/^(vtep|full)6-/));

  it('is not healthy, and not sure enough to take the node out of service', () => {
    const { diagnosis } = examine(evidence);
    expect(diagnosis.class).toBe('overlay-blocked');
    expect(diagnosis.confidence).toBeLessThan(0.8);
    expect(planRepair(examine(evidence)).hosts).toEqual([]);
    expect(understand(evidence).verified).toBe(false);
  });

  it('is a matter of size where small packets pass', () => {
    const { diagnosis } = examine(changed(dualStack(), same, losing(/^full6-/)));
    expect(diagnosis.class).toBe('mtu-black-hole');
    expect(diagnosis.confidence).toBeLessThan(0.8);
  });
});

describe('a node that has IPv6 alone', () => {
  /** No packet of IPv4 is sent where no node has an IPv4 pod network, and the host knows of no pod that answers one. */
  const onlyIpv6 = (evidence: Evidence) =>
    withNodes(withoutIpv4Probes(evidence), ({ spec: { podCIDR: _podCidr, ...spec }, ...node }) => ({
      ...node,
      spec: { ...spec, podCIDRs: (spec.podCIDRs ?? []).filter((cidr) => cidr.includes(':')) },
    }));

  const withoutIpv4Probes = (evidence: Evidence) =>
    changed(
      evidence,
      (measured) => ({ ...measured, pods: { ...measured.pods, addresses: [] } }),
      (probe) => (/^[a-z]+6-/.test(probe.name) ? [probe] : []),
    );

  it('is not called healthy, because nothing was sent to its pods, and nothing is changed', () => {
    const examination = examine(onlyIpv6(dualStack()));
    expect(examination.diagnosis).toMatchObject({ class: 'unknown', confidence: 0, hostAtFault: null });
    expect(planRepair(examination).hosts).toEqual([]);
  });

  it('has its faults found and repaired like the second of two', () => {
    const examination = examine(onlyIpv6(faultOf('v6-routes-lost')));
    expect(examination.diagnosis).toMatchObject({ class: 'missing-route', hostAtFault: 'gpu-1' });
    expect(planRepair(examination).hosts.map(({ host }) => host)).toEqual(['gpu-1']);
  });
});

describe('both families at once', () => {
  it('has the fault of IPv4 first, and tells of the other', () => {
    const both = changed(faultOf('v6-routes-lost'), (measured, name) =>
      name === 'gpu-1' ? { ...measured, fdb: [] } : measured,
    );
    const evidence = changed(both, same, losing(/^(vtep|full|pod|workload|podtcp|tcp|hop|fullhop)-/));
    const { diagnosis, facts } = examine(evidence);
    expect(diagnosis).toMatchObject({ class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' });
    expect(diagnosis.because).toContain('IPv6: gpu-1: no route to the pods of hub-1');
    expect(facts.evidence.flannelDevice).toBe('flannel.1');
  });
});

describe('a node whose Node object lies about its IPv6 address', () => {
  it.each(['2001:db8:99::1', '2001:db8:0:2::99', '::', '::1', '10.200.0.12'])(
    'changes nothing on another host unasked: %s',
    (address) => {
      const lying = withNodes(dualStack(), (node) =>
        node.metadata.name === 'gpu-1' ? withAnnotations(node, { [PUBLIC_IPV6]: address }) : node,
      );
      // Of all hosts gpu-2 alone loses it, so that nothing is said about the hub.
      const evidence = changed(lying, same, (probe, from) => [
        from === 'gpu-2' && /^(vtep|full)6-/.test(probe.name) ? lost(probe) : probe,
      ]);
      const { hosts, asks = [] } = planRepair(examine(evidence));
      const elsewhere = hosts.filter(({ host }) => host !== 'gpu-1');
      expect(elsewhere.length === 0 || asks.length > 0).toBe(true);
    },
  );
});
