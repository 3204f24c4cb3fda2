import { diagnose } from '../../core/diagnosis/diagnose.ts';
import type { Stage } from '../../core/runbook/runbook.ts';
import type { StageSnapshot } from '../../core/safety/guards/stage-snapshot.ts';
import { runbookFor } from '../../runbooks/catalogue.ts';
import { evidenceWith, nodes } from './healthy-evidence.ts';
import { quietStanding } from './quiet-standing.ts';

const stages = runbookFor('vxlan-wedge')?.stages ?? [];
/** A stage against `vxlan-wedge`. */
export const stage = (name: Stage['name']): Stage => {
  const found = stages.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no stage ${name}`);
  return found;
};
const [first, second] = nodes.filter(({ metadata }) => metadata.name.startsWith('gpu'));
if (first === undefined || second === undefined) throw new Error('the fleet of the tests has two GPU nodes');
export const gpu1 = first;
export const gpu2 = second;

const labels = {
  role: 'restitch.dev/role',
  hub: 'restitch.dev/hub',
  pool: 'restitch.dev/pool',
  site: 'restitch.dev/site',
};
export const one = { maxPercent: 20, minNodes: 1 };
export const budgets = { pool: one, site: one, hub: one, cluster: one };
/** A stage that takes the node out of service, as a change of a snapshot. */
export const bounce = { stage: stage('bounce'), takes: ['gpu-1'] };

/** A gentle stage on gpu-1 to which no guard objects. */
export const snapshot = (change: Partial<StageSnapshot> = {}): StageSnapshot => ({
  incidentId: 'lab.gpu-1.1',
  cluster: 'lab',
  clusters: ['lab'],
  firstUids: { 'gpu-1': 'uid-of-gpu-1', 'hub-1': 'uid-of-hub-1' },
  answers: ['gpu-1', 'hub-1'].map((host) => ({ host, instance: `mi-${host}`, hostname: host, machineId: null })),
  stage: stage('reconcile'),
  diagnosis: diagnose(
    evidenceWith(
      'gpu-1',
      (host) => ({ ...host, fdb: [] }),
      (_, name) => name.startsWith('underlay'),
    ),
  ),
  node: gpu1,
  nodes,
  plan: {
    device: 'flannel.1',
    hosts: [{ host: 'gpu-1', operations: [{ op: 'link up', dev: 'flannel.1' }] }],
    beyond: [],
  },
  takes: [],
  slots: [],
  labels,
  budgets,
  stackId: 'stack-1',
  handsOff: null,
  hold: null,
  approveByPolicy: false,
  approvalRules: [],
  standing: quietStanding(),
  now: 1_000,
  ...change,
});
