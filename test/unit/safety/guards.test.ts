import { describe, expect, it } from 'vitest';
import { readPlanes, type ThreePlanes } from '../../../core/diagnosis/three-planes.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { Stage } from '../../../core/runbook/runbook.ts';
import { guardNames } from '../../../core/safety/guards/guard.ts';
import { guardStage } from '../../../core/safety/guards/guard-stage.ts';
import { guardsInOrder } from '../../../core/safety/guards/registry.ts';
import type { StageSnapshot } from '../../../core/safety/guards/stage-snapshot.ts';
import { CLAIM_ANNOTATION } from '../../../core/safety/node-claim.ts';
import { runbookFor } from '../../../runbooks/catalogue.ts';
import { nodes } from '../../fakes/healthy-evidence.ts';
import { quietStanding } from '../../fakes/quiet-standing.ts';
import { bounce, budgets, gpu1, gpu2, one, snapshot, stage } from '../../fakes/stage-snapshot.ts';

const withAgent = (agent: ThreePlanes['agent']) => ({
  ...snapshot().diagnosis,
  planes: readPlanes({ agent, lease: 'fresh', handshake: 'fresh' }),
});
const cordoned = (node: NodeObject): NodeObject => ({ ...node, spec: { ...node.spec, unschedulable: true } });
const claimedBy = (incidentId: string, expiresAt: number): NodeObject => ({
  ...gpu1,
  metadata: {
    ...gpu1.metadata,
    annotations: {
      ...gpu1.metadata.annotations,
      [CLAIM_ANNOTATION]: JSON.stringify({
        owner: 'restitch',
        stackId: 'stack-1',
        incidentId,
        operationKey: 'k',
        level: 'repairing',
        before: { unschedulable: false },
        placedAt: 0,
        expiresAt,
      }),
    },
  },
});

describe('the registry', () => {
  it('keeps the fixed order, with each guard once', () => {
    const places = guardsInOrder.map(({ name }) => guardNames.indexOf(name));
    expect(places).toEqual([...new Set(places)].toSorted((left, right) => left - right));
  });
});

describe('the judgement', () => {
  it('records every guard with its inputs, also those after the first no', () => {
    const { decisions } = guardStage(snapshot({ diagnosis: { ...snapshot().diagnosis, confidence: 0.1 } }));
    expect(decisions.map(({ guard }) => guard)).toEqual(guardsInOrder.map(({ name }) => name));
    const diagnosed = decisions.find(({ guard }) => guard === 'diagnosis');
    expect(diagnosed).toMatchObject({ inputs: { confidence: 0.1, minConfidence: 0.6 } });
  });

  it('asks for every reason at once', () => {
    const plan = { device: 'flannel.1', hosts: [{ host: 'gpu-1', operations: [] }], beyond: [], asks: ['one', 'two'] };
    expect(guardStage(snapshot({ plan })).verdict).toEqual({ type: 'ask', reason: 'one; two' });
    const standing = quietStanding({ autonomy: { mode: 'act', earned: true, level: 'approve' } });
    expect(guardStage(snapshot({ plan, standing }))).toMatchObject({
      verdict: { reason: 'one; two; reconcile has not earned to act unasked here' },
      guard: 'approval',
    });
  });
});

describe('a gentle stage with good evidence', () => {
  it('may act', () => {
    expect(guardStage(snapshot())).toMatchObject({ verdict: { type: 'allow' } });
  });

  it('may act though the pool has no disruption left', () => {
    expect(guardStage(snapshot({ nodes: [gpu1, cordoned(gpu2)] }))).toMatchObject({ verdict: { type: 'allow' } });
  });
});

describe('the target guard', () => {
  const said = (change: Partial<StageSnapshot>) => {
    const decision = guardStage(snapshot(change)).decisions.find(({ guard }) => guard === 'target');
    return decision?.verdict;
  };
  const withNode = (parts: Partial<NodeObject['metadata']>, machineID?: string): readonly NodeObject[] =>
    nodes.map((node) =>
      node.metadata.name === 'gpu-1'
        ? {
            ...node,
            metadata: { ...node.metadata, ...parts },
            status: { ...node.status, ...(machineID === undefined ? {} : { nodeInfo: { machineID } }) },
          }
        : node,
    );
  const answering = (parts: Partial<StageSnapshot['answers'][number]>) => [
    { host: 'gpu-1', instance: 'mi-gpu-1', hostname: 'gpu-1', machineId: null, ...parts },
  ];

  it.each<[string, Partial<StageSnapshot>, string, string]>([
    ['a cluster that is not ours', { clusters: ['prod'] }, 'deny', 'cluster lab is not configured'],
    ['no configured cluster', { clusters: [] }, 'deny', 'cluster lab is not configured'],
    ['a host that is no Node', { nodes: nodes.slice(0, 2) }, 'deny', 'gpu-1 is no Node'],
    ['a Node without a UID', { nodes: withNode({ uid: undefined }) }, 'deny', 'has no UID'],
    ['a Node that the incident never saw', { firstUids: {} }, 'deny', 'not known which Node'],
    ['a Node that was created anew', { nodes: withNode({ uid: 'another' }) }, 'ask', 'created anew'],
    ['a node that has no command, and no Node', { plan: null, nodes: [gpu2] }, 'deny', 'gpu-1 is no Node'],
    ['a host that was not read', { answers: [] }, 'deny', 'gpu-1 was not read'],
    ['an instance that is not known', { answers: answering({ instance: null }) }, 'deny', 'instance of gpu-1'],
    ['a machine id that the host does not say', { nodes: withNode({}, 'abc') }, 'deny', 'did not say its machine id'],
  ])('%s', (_, change, type, reason) => {
    expect(said(change)).toMatchObject({ type, reason: expect.stringContaining(reason) });
  });

  it('lets the Node pass that was looked at, and keeps on record what it knew', () => {
    const change = { nodes: withNode({}, 'abc'), answers: answering({ machineId: 'abc' }) };
    expect(said(change)).toEqual({ type: 'allow' });
    const { decisions } = guardStage(snapshot(change));
    expect(decisions.find(({ guard }) => guard === 'target')?.inputs).toEqual({
      cluster: 'lab',
      clusters: ['lab'],
      nodes: [{ name: 'gpu-1', uid: 'uid-of-gpu-1', firstUid: 'uid-of-gpu-1', machineId: 'abc' }],
      answers: [{ host: 'gpu-1', instance: 'mi-gpu-1', hostname: 'gpu-1', machineId: 'abc' }],
    });
  });

  it('needs no machine id of a host whose Node has an empty one', () => {
    expect(said({ nodes: withNode({}, '') })).toEqual({ type: 'allow' });
  });

  it('looks at each host of the plan, and names all that are new', () => {
    const plan = {
      device: null,
      hosts: ['hub-1', 'gpu-1'].map((host) => ({ host, operations: [] })),
      beyond: [],
    };
    const firstUids = { 'gpu-1': 'old', 'hub-1': 'older' };
    expect(said({ plan, firstUids })).toEqual({
      type: 'ask',
      reason: 'gpu-1, hub-1: the Node was created anew since the incident opened',
    });
    expect(said({ plan, answers: answering({}) })).toMatchObject({
      reason: expect.stringContaining('hub-1 was not read'),
    });
    const other = { ...plan, hosts: plan.hosts.toReversed() };
    expect(said({ plan: other, answers: answering({}) })).toMatchObject({
      reason: expect.stringContaining('hub-1 was not read'),
    });
    expect(said({ plan, firstUids: { 'gpu-1': 'uid-of-gpu-1' } })).toMatchObject({
      reason: expect.stringContaining('which Node hub-1 was'),
    });
  });

  it('needs no answer of a host that gets no command', () => {
    expect(said({ plan: null, stage: stage('quarantine'), answers: [] })).toEqual({ type: 'allow' });
  });
});

describe('a stage that tells no host anything', () => {
  it('needs no agent on the node', () => {
    const change = {
      table: 'rtb-0123456789abcdef0',
      destination: '10.200.0.0/24',
      target: 'i-1',
      hub: 'hub-1',
      now: null,
    };
    const plan = { device: 'flannel.1', hosts: [], routeTables: [change], beyond: [] };
    expect(guardStage(snapshot({ plan, diagnosis: withAgent('offline') }))).toMatchObject({
      verdict: { type: 'allow' },
    });
  });
});

describe('a stage may not act', () => {
  it.each([
    ['diagnosis', 'deny', { diagnosis: { ...snapshot().diagnosis, confidence: 0.59 } }],
    ['three-planes', 'deny', { diagnosis: withAgent('offline') }],
    ['three-planes', 'deny', { diagnosis: withAgent('unknown') }],
    ['plan', 'deny', { plan: { device: 'flannel.1', hosts: [], beyond: [] } }],
    ['claim', 'wait', { node: claimedBy('lab.gpu-1.0', 1_001) }],
    ['budget', 'wait', { ...bounce, nodes: [gpu1, cordoned(gpu2)] }],
  ])('by the guard %s: %s', (guard, type, change) => {
    expect(guardStage(snapshot(change))).toMatchObject({ verdict: { type }, guard });
  });

  it('says whose claim keeps it back; its own does not', () => {
    expect(guardStage(snapshot({ node: claimedBy('lab.gpu-1.0', 1_001) })).verdict).toMatchObject({
      reason: 'the node is claimed by incident lab.gpu-1.0',
    });
    expect(guardStage(snapshot({ node: claimedBy('lab.gpu-1.1', 1_001) })).verdict).toEqual({ type: 'allow' });
  });

  it('when the claim annotation is not ours to read', () => {
    const foreign = { ...gpu1, metadata: { ...gpu1.metadata, annotations: { [CLAIM_ANNOTATION]: 'somebody else' } } };
    expect(guardStage(snapshot({ node: foreign }))).toMatchObject({ verdict: { type: 'deny' }, guard: 'claim' });
  });
});

describe('a stage at its least confidence', () => {
  it.each([
    ['overlay-blocked', 0.79, 'deny'],
    ['overlay-blocked', 0.8, 'allow'],
    ['overlay-blocked', 0.81, 'allow'],
    ['vxlan-wedge', 0.59, 'deny'],
    ['vxlan-wedge', 0.6, 'allow'],
  ] as const)('of %s: quarantine with %f: %s', (faultClass, confidence, type) => {
    const quarantine = runbookFor(faultClass)?.stages.find(({ name }) => name === 'quarantine');
    const diagnosis = { ...snapshot().diagnosis, class: faultClass, hostAtFault: 'gpu-1', confidence };
    expect(guardStage(snapshot({ stage: quarantine ?? stage('bounce'), plan: null, diagnosis }))).toMatchObject({
      verdict: { type },
    });
  });
});

describe('quarantine', () => {
  it.each([
    ['gpu-1', 'allow'],
    ['hub-1', 'deny'],
    [null, 'deny'],
  ])('of gpu-1 for a fault of %s: %s', (hostAtFault, type) => {
    const diagnosis = { ...snapshot().diagnosis, hostAtFault };
    expect(guardStage(snapshot({ stage: stage('quarantine'), plan: null, diagnosis }))).toMatchObject({
      verdict: { type },
    });
  });
});

describe('a drain', () => {
  const drain: Stage = { ...stage('quarantine'), name: 'drain', approval: 'always' };
  const wanted = { stage: drain, plan: null, takes: ['gpu-1'] };

  it('asks also where it has earned to act unasked', () => {
    const standing = quietStanding({ autonomy: { mode: 'act', earned: true, level: 'auto' } });
    expect(guardStage(snapshot({ ...wanted, standing }))).toMatchObject({
      verdict: { type: 'ask' },
      guard: 'approval',
    });
  });

  it('moves no pod outside the maintenance window, unlike quarantine', () => {
    const standing = quietStanding({ windows: [{ host: 'gpu-1', reading: { type: 'closed', opensAt: null } }] });
    expect(guardStage(snapshot({ ...wanted, standing }))).toMatchObject({ guard: 'maintenance' });
    const quarantine = { ...wanted, stage: stage('quarantine') };
    expect(guardStage(snapshot({ ...quarantine, standing }))).toMatchObject({ verdict: { type: 'allow' } });
  });

  it('of gpu-1 is not for a fault of its hub', () => {
    const diagnosis = { ...snapshot().diagnosis, hostAtFault: 'hub-1' };
    expect(guardStage(snapshot({ ...wanted, diagnosis }))).toMatchObject({ verdict: { type: 'deny' } });
  });
});

describe('a disruptive stage', () => {
  it('may not act where nobody knows whether the kubelet reports', () => {
    const planes = readPlanes({ agent: 'online', lease: 'unknown', handshake: 'fresh' });
    const diagnosis = { ...snapshot().diagnosis, planes };
    expect(guardStage(snapshot({ ...bounce, diagnosis }))).toMatchObject({
      verdict: { type: 'deny' },
      guard: 'three-planes',
    });
  });
});

describe('a restart on the only hub', () => {
  const sick = (node: NodeObject): NodeObject => ({
    ...node,
    status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
  });

  it('is not kept back by the nodes that are out because of it, but asks', () => {
    const all = nodes.map(sick);
    expect(guardStage(snapshot({ takes: ['hub-1'], nodes: all }))).toMatchObject({
      verdict: { type: 'ask' },
      guard: 'budget',
    });
  });
});

describe('the disruption budget', () => {
  it('counts a node that is not Ready, and one that is only reserved, but each once', () => {
    const slot = { node: 'gpu-2', incidentId: 'lab.gpu-2.1', operationKey: 'k', expiresAt: 2_000 };
    expect(guardStage(snapshot({ ...bounce, slots: [slot] }))).toMatchObject({ guard: 'budget' });
    expect(guardStage(snapshot({ ...bounce, slots: [{ ...slot, expiresAt: 1_000 }] }))).toMatchObject({
      guard: 'approval',
    });
    const unready = { ...gpu2, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } };
    const fleet = nodes.map((node) => (node.metadata.name === 'gpu-2' ? unready : node));
    const roomy = { maxPercent: 100, minNodes: 1 };
    const twice = {
      ...bounce,
      nodes: fleet,
      slots: [slot],
      budgets: { pool: roomy, site: one, hub: roomy, cluster: roomy },
    };
    expect(guardStage(snapshot({ ...bounce, nodes: fleet }))).toMatchObject({ guard: 'budget' });
    expect(guardStage(snapshot(twice))).toMatchObject({ guard: 'approval' });
  });

  it('takes the last node of a pool only with approval, and none where it allows none', () => {
    const alone = [gpu1];
    expect(guardStage(snapshot({ takes: ['gpu-1'], nodes: alone }))).toMatchObject({
      verdict: { type: 'ask', reason: 'it is all of pool gpu' },
      guard: 'budget',
    });
    const none = { maxPercent: 0, minNodes: 0 };
    expect(guardStage(snapshot({ takes: ['gpu-1'], budgets: { ...budgets, site: none } }))).toMatchObject({
      verdict: { type: 'deny' },
      guard: 'budget',
    });
  });

  it('helps one node of a pool of two, although 20 % of it is none', () => {
    expect(guardStage(snapshot(bounce))).toMatchObject({
      verdict: { type: 'ask' },
      guard: 'approval',
    });
  });

  it('does not count the node itself when it is cordoned already, which a person decides about', () => {
    expect(guardStage(snapshot({ ...bounce, node: cordoned(gpu1), nodes: [cordoned(gpu1), gpu2] }))).toMatchObject({
      guard: 'claim',
    });
  });

  it('lets an expired claim of another incident pass', () => {
    expect(guardStage(snapshot({ node: claimedBy('lab.gpu-1.0', 1_000) }))).toMatchObject({
      verdict: { type: 'allow' },
    });
  });
});

describe('while most leases of the cluster are stale at once', () => {
  const standing = quietStanding({ leases: { seen: 30, stale: 18 } });
  const onHub = {
    diagnosis: { ...snapshot().diagnosis, hostAtFault: 'hub-1' },
    plan: { device: null, hosts: [{ host: 'hub-1', operations: [] }], beyond: [] },
  };

  it('no stage acts on a node, and the node is not taken out of service', () => {
    const waits = { guard: 'three-planes', verdict: { type: 'wait' } };
    expect(guardStage(snapshot({ standing }))).toMatchObject(waits);
    expect(guardStage(snapshot({ standing, stage: stage('quarantine'), plan: null }))).toMatchObject(waits);
  });

  it('the repair of the hub, which may be what they are stale for, asks a person', () => {
    expect(guardStage(snapshot({ standing, ...onHub })).verdict).toMatchObject({
      type: 'ask',
      reason: expect.stringContaining('the leases of 18 of 30 nodes are stale'),
    });
  });

  it('a plan that acts on no host waits, and so does one on a node that is no hub', () => {
    const waits = { type: 'wait', reason: expect.stringContaining('hands off: the leases of 18') };
    const tables = [{ table: 'rtb-1', destination: '10.200.0.0/24', target: 'i-1', hub: 'hub-1', now: null }];
    const routes = { ...onHub.plan, hosts: [], routeTables: tables };
    expect(guardStage(snapshot({ standing, ...onHub, plan: routes })).verdict).toMatchObject(waits);
    const onNode = { ...onHub.plan, hosts: [{ host: 'gpu-1', operations: [] }] };
    const diagnosis = { ...snapshot().diagnosis, hostAtFault: 'gpu-1' };
    expect(guardStage(snapshot({ standing, plan: onNode, diagnosis })).verdict).toMatchObject(waits);
    expect(guardStage(snapshot({ standing, ...onHub, nodes: [gpu1] })).verdict).toMatchObject({ type: 'deny' });
  });

  it('one that touches another host as well waits', () => {
    const hosts = [...onHub.plan.hosts, { host: 'gpu-1', operations: [] }];
    const verdict = { type: 'wait' };
    expect(guardStage(snapshot({ standing, ...onHub, plan: { ...onHub.plan, hosts } })).verdict).toMatchObject(verdict);
  });

  it('what could not be counted stops nothing', () => {
    expect(guardStage(snapshot({ standing: quietStanding({ leases: null }) })).verdict).toEqual({ type: 'allow' });
  });
});
