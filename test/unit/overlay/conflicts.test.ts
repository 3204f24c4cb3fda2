import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';
import { evidenceWith, nodes } from '../../fakes/healthy-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';

type Change = (node: NodeObject) => NodeObject;

const annotated =
  (key: string, value: string): Change =>
  (node) =>
    withAnnotations(node, { [`flannel.alpha.coreos.com/${key}`]: value });
const withPods =
  (podCIDR: string): Change =>
  (node) => ({ ...node, spec: { ...node.spec, podCIDR } });
const changed = (name: string, change: Change) =>
  nodes.map((node) => (node.metadata.name === name ? change(node) : node));

const claims: readonly (readonly [string, Change, string])[] = [
  ['the pod CIDR of gpu-1', withPods('10.42.11.0/24'), 'gpu-1 and gpu-2 claim the same pod CIDR: 10.42.11.0/24'],
  [
    'a part of it',
    withPods('10.42.11.128/25'),
    'gpu-1 and gpu-2 claim the same pod CIDR: 10.42.11.0/24 and 10.42.11.128/25',
  ],
  [
    'the VTEP MAC of gpu-1',
    annotated('backend-data', '{"VNI":1,"VtepMAC":"0a:58:0a:2a:0b:00"}'),
    'gpu-1 and gpu-2 claim the same VTEP MAC: 0a:58:0a:2a:0b:00',
  ],
  [
    'the address of gpu-1',
    annotated('public-ip', '10.200.0.11'),
    'gpu-1 and gpu-2 claim the same public IP: 10.200.0.11',
  ],
];

describe.each(claims)('a Node object that claims %s', (_what, change, conflict) => {
  const everythingLost = evidenceWith(
    'gpu-1',
    (host) => ({ ...host, fdb: [], neighbours: [] }),
    () => false,
  );
  const examination = examine({ ...everythingLost, nodes: changed('gpu-2', change) });

  it('is named with the one that it contradicts', () => {
    expect(examination.diagnosis).toMatchObject({ class: 'node-objects-conflict', hostAtFault: null });
    expect(examination.diagnosis.because[0]).toBe(conflict);
  });

  it('stops every operation about either on any host, and no rung follows', () => {
    expect(planRepair(examination).hosts).toEqual([]);
    expect(runbookFor('node-objects-conflict')).toBeUndefined();
    const network = expectedNetwork(changed('gpu-2', change), 'hub-1');
    expect(network.members.map(({ node }) => node)).toEqual(['hub-1', 'cloud-1']);
  });
});

describe('Node objects that contradict each other', () => {
  it('are a remark in the diagnosis of a third node, whose entries for them are left alone', () => {
    const evidence = evidenceWith('gpu-1', (host) => ({ ...host, fdb: host.fdb.slice(1) }));
    const conflicting = evidence.nodes.map((node) =>
      node.metadata.name === 'cloud-1' ? withPods('10.42.0.0/24')(node) : node,
    );
    const { diagnosis, facts } = examine({ ...evidence, nodes: conflicting });
    expect(diagnosis.because).toContain('hub-1 and cloud-1 claim the same pod CIDR: 10.42.0.0/24');
    expect(facts.allDrifts.filter((drift) => 'peer' in drift && ['hub-1', 'cloud-1'].includes(drift.peer))).toEqual([]);
  });
});
