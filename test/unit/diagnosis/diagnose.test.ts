import { describe, expect, it } from 'vitest';
import { diagnose, examine } from '../../../core/diagnosis/diagnose.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { FaultClass } from '../../../core/fault-class.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';
import {
  evidenceWith,
  healthyEvidence,
  healthyHost,
  probesFrom,
  reading,
  vtepOf,
} from '../../fakes/healthy-evidence.ts';
import { evidenceFixtures } from '../../fixtures/evidence.ts';

const overlayOfGpu1Lost = (from: string, name: string) =>
  name.startsWith('underlay') || !(from === 'gpu-1' || name.endsWith('gpu-1'));

const withoutPods = (host: NodeEvidence) => host.routes.filter(([, , device]) => device !== 'flannel.1');

describe('when nothing is wrong', () => {
  it('is healthy, and says for every other class why not', () => {
    const diagnosis = diagnose(healthyEvidence());
    expect(diagnosis.class).toBe('healthy');
    const others = FaultClass.options.filter((name) => name !== 'healthy' && name !== 'unknown');
    expect(diagnosis.against.map((entry) => entry.class).toSorted()).toEqual(others.toSorted());
    expect(diagnosis.against.every((entry) => entry.why.length > 0)).toBe(true);
  });

  it.each(['STALE', 'REACHABLE', 'DELAY'])('a %s neighbour with the right MAC is harmless', (state) => {
    const evidence = evidenceWith('gpu-1', (host) => ({
      ...host,
      neighbours: host.neighbours.map(([ip, mac]) => [ip, mac?.toUpperCase() ?? null, state]),
    }));
    expect(diagnose(evidence).class).toBe('healthy');
  });

  it('is not called healthy when the kubelet cannot be reached, or a direction was not measured', () => {
    const healthy = healthyEvidence();
    const noKubelet: Evidence = {
      ...healthy,
      kubernetes: { ...healthy.kubernetes, kubelet: { type: 'unreachable', reason: 'error', detail: 'x509' } },
    };
    const oneWay: Evidence = { ...healthy, readings: healthy.readings.filter((each) => each.role === 'node') };
    expect(diagnose(noKubelet).class).toBe('unknown');
    expect(diagnose(oneWay).class).toBe('unknown');
  });
});

describe('when the tables of the node differ from the Node objects', () => {
  it.each([
    ['fdb-missing', (host: NodeEvidence) => ({ ...host, fdb: [] })],
    [
      'fdb-wrong',
      (host: NodeEvidence) => ({
        ...host,
        fdb: host.fdb.map(([mac]): [string, string] => [mac, '10.0.9.9']),
      }),
    ],
    ['neighbour-missing', (host: NodeEvidence) => ({ ...host, neighbours: [] })],
    ['link-bounced', (host: NodeEvidence) => ({ ...host, neighbours: [], routes: withoutPods(host) })],
    [
      'device-missing',
      (host: NodeEvidence) => ({
        ...host,
        links: host.links.filter((link) => link.kind !== 'vxlan'),
      }),
    ],
    [
      'device-down',
      (host: NodeEvidence) => ({
        ...host,
        links: host.links.map((link) => ({ ...link, up: link.kind !== 'vxlan' })),
      }),
    ],
  ])('is a vxlan-wedge by %s', (cause, change) => {
    const diagnosis = diagnose(evidenceWith('gpu-1', change, overlayOfGpu1Lost));
    expect(diagnosis).toMatchObject({ class: 'vxlan-wedge', cause, hostAtFault: 'gpu-1', confidence: 0.97 });
  });

  it('is a missing-route when only routes are gone', () => {
    const diagnosis = diagnose(
      evidenceWith('gpu-1', (host) => ({ ...host, routes: withoutPods(host) }), overlayOfGpu1Lost),
    );
    expect(diagnosis).toMatchObject({ class: 'missing-route', hostAtFault: 'gpu-1' });
  });

  it('is healthy when every packet passes all the same, and tells what differs', () => {
    const diagnosis = diagnose(evidenceWith('gpu-1', (host) => ({ ...host, fdb: [] })));
    expect(diagnosis).toMatchObject({ class: 'healthy', cause: 'all-paths-pass' });
    expect(diagnosis.because).toContain('differs without loss: gpu-1: no forwarding entry for hub-1');
  });

  it('is not sure enough to act where no path through the overlay was measured', () => {
    const evidence = evidenceWith('gpu-1', (host) => ({ ...host, fdb: [] }));
    const readings = evidence.readings.map((each) => ({ ...each, runs: [] }));
    expect(diagnose({ ...evidence, readings })).toMatchObject({ cause: 'fdb-missing', confidence: 0.5 });
  });

  it('concludes nothing from a table that could not be read', () => {
    const unread = evidenceWith(
      'gpu-1',
      (host) => ({ ...host, fdb: [], unseen: [{ what: 'fdb', why: 'timeout' }] }),
      overlayOfGpu1Lost,
    );
    expect(diagnose(unread).class).toBe('unknown');
  });
});

describe('when a peer holds the wrong entry about the node', () => {
  it('blames the peer', () => {
    const wrong = vtepOf('gpu-1').vtepMac;
    const evidence = evidenceWith(
      'hub-1',
      (host) => ({
        ...host,
        fdb: host.fdb.map(([mac, dst]): [string, string] => [mac, mac === wrong ? '10.200.0.99' : dst]),
      }),
      overlayOfGpu1Lost,
    );
    expect(diagnose(evidence)).toMatchObject({ class: 'vxlan-wedge', cause: 'fdb-wrong', hostAtFault: 'hub-1' });
  });

  it('leaves a wrong entry about a third node to that node', () => {
    const other = vtepOf('gpu-2').vtepMac;
    const evidence = evidenceWith('hub-1', (host) => ({ ...host, fdb: host.fdb.filter(([mac]) => mac !== other) }));
    expect(diagnose(evidence).class).toBe('healthy');
  });
});

describe('when the layers below fail', () => {
  it('is a one-way-nat when the hub cannot reach the node until the node has sent', () => {
    const evidence = evidenceWith(
      'none',
      (host) => host,
      (from, name) => !(from === 'hub-1' && ['underlay-gpu-1', 'vtep-gpu-1'].includes(name)),
    );
    expect(diagnose(evidence)).toMatchObject({ class: 'one-way-nat', hostAtFault: 'gpu-1' });
  });

  it('is an mtu-black-hole when only full-size packets vanish', () => {
    const evidence = evidenceWith(
      'none',
      (host) => host,
      (_, name) => !name.startsWith('full'),
    );
    expect(diagnose(evidence)).toMatchObject({ class: 'mtu-black-hole' });
  });

  it('is healthy when somebody says "frag needed": the sender adapts, and the answer says so', () => {
    const evidence = evidenceWith(
      'none',
      (host) => host,
      (_, name) => !name.startsWith('full'),
    );
    const answered: Evidence = {
      ...evidence,
      readings: evidence.readings.map((each) => ({
        ...each,
        runs: each.runs.map((run) => ({
          ...run,
          probes: run.probes.map((probe) => ({ ...probe, tooLong: probe.received === 0 })),
        })),
      })),
    };
    const { class: answer, because } = diagnose(answered);
    expect(answer).toBe('healthy');
    expect(because.join('\n')).toMatch(/full-size overlay \S+ → \S+ is too long .* adapts/);
  });

  it('is overlay-blocked when the tables are right, the tunnel passes and nothing encapsulated arrives', () => {
    expect(diagnose(evidenceWith('none', (host) => host, overlayOfGpu1Lost))).toMatchObject({
      class: 'overlay-blocked',
    });
  });

  it('is a tunnel-down when the interface is gone, whatever else is gone with it', () => {
    const evidence = evidenceWith(
      'gpu-1',
      (host) => ({ ...host, links: [], neighbours: [], fdb: [], routes: [] }),
      () => false,
    );
    expect(diagnose(evidence)).toMatchObject({ class: 'tunnel-down', cause: 'interface-missing' });
  });

  it('is a hub-outage when hub and peer agree that the hub is silent', () => {
    const healthy = healthyEvidence();
    const silent: Evidence = {
      ...healthy,
      readings: [
        reading(
          'gpu-1',
          'node',
          healthyHost('gpu-1'),
          probesFrom('gpu-1', ['hub-1', 'gpu-2'], (name) => !name.endsWith('hub-1')),
        ),
        {
          host: 'hub-1',
          role: 'hub',
          passive: { status: 'unreachable', reason: 'SSM agent is offline' },
          runs: [],
        },
        reading(
          'gpu-2',
          'peer',
          healthyHost('gpu-2'),
          probesFrom('gpu-2', ['gpu-1', 'hub-1'], (name) => !name.endsWith('hub-1')),
        ),
      ],
    };
    expect(diagnose(silent)).toMatchObject({ class: 'hub-outage', hostAtFault: 'hub-1' });
  });

  it.each([
    [40, 'unknown'],
    [41, 'node-offline'],
  ])('with a silent agent and a lease of %i s it is %s', (leaseAgeSeconds, expected) => {
    const healthy = healthyEvidence();
    const offline: Evidence = {
      ...healthy,
      agent: 'offline',
      kubernetes: { ...healthy.kubernetes, leaseAgeSeconds, ready: 'Unknown' },
      readings: [
        {
          host: 'gpu-1',
          role: 'node',
          passive: { status: 'unreachable', reason: 'SSM agent is offline' },
          runs: [],
        },
      ],
    };
    expect(diagnose(offline).class).toBe(expected);
  });
});

describe('a node whose overlay Restitch does not know', () => {
  const withType = (name: string, type: string | undefined) => {
    const { evidence } = evidenceFixtures().find(({ fault }) => fault.name === 'fdb-flushed') ?? {};
    if (evidence === undefined) throw new Error('no evidence of fdb-flushed');
    const nodes = evidence.nodes.map((node) => {
      if (node.metadata.name !== name) return node;
      const { 'flannel.alpha.coreos.com/backend-type': _, ...others } = node.metadata.annotations;
      const annotations = type === undefined ? others : { ...others, 'flannel.alpha.coreos.com/backend-type': type };
      return { ...node, metadata: { ...node.metadata, annotations } };
    });
    return { ...evidence, nodes };
  };

  it.each(['udp', 'ipip', 'extension', undefined])('is said to be so, and nothing is done about it: %s', (type) => {
    const examination = examine(withType('gpu-1', type));
    expect(examination.diagnosis).toMatchObject({
      class: 'unsupported-overlay',
      cause: 'unsupported-overlay',
      hostAtFault: 'gpu-1',
    });
    expect(examination.diagnosis.because[0]).toContain(type ?? 'has no annotation');
    expect(planRepair(examination).hosts).toEqual([]);
    expect(runbookFor(examination.diagnosis.class)).toBeUndefined();
  });

  it('takes no part in the diagnosis of another node', () => {
    expect(diagnose(withType('gpu-2', undefined))).toMatchObject({ class: 'vxlan-wedge', cause: 'fdb-missing' });
  });
});
