import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { executionName } from '../../../core/incident/incident.ts';
import { settingsFrom } from '../../../functions/runbook/config.ts';
import { type RunInput, runIncident } from '../../../functions/runbook/run-incident.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { createEmbeddedEngine } from '../../../local/durable/embedded-engine.ts';
import { type EvidenceSource, fleetSource } from '../../../local/evidence-source.ts';
import { createFakeMessenger } from '../../fakes/fake-messenger.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryHostLocks } from '../../fakes/in-memory-host-locks.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;
const PUBLIC_IP = 'flannel.alpha.coreos.com/public-ip';

/** The fleet as a cluster shows it whose Node object of gpu-2 is wrong: somebody edited the address that flanneld announced. */
function misannounced(fleet: Fleet): Fleet {
  return {
    ...fleet,
    hosts: fleet.hosts.map((host) =>
      host.name === 'gpu-2'
        ? { ...host, node: { ...host.node, annotations: { ...host.node.annotations, [PUBLIC_IP]: '10.200.0.99' } } }
        : host,
    ),
  };
}

describe.skipIf(obstacles.length > 0)(`when the Node objects are wrong${why}`, () => {
  let stateDir = '';
  let fleet: Fleet;
  let source: EvidenceSource;

  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-worse-'));
    fleet = await createNamespaceFleet({ stateDir, orphanGraceSeconds: 5 });
    source = await fleetSource(misannounced(fleet), stateDir, loadLocalConfig({}));
  });
  afterEach(async () => {
    await source.close();
    await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('a repair that loses paths which passed before is taken back by the node, and the incident says so', async () => {
    const store = createInMemoryIncidentStore();
    const ports = {
      ...source.ports,
      store,
      approvals: createInMemoryApprovalStore(),
      locks: createInMemoryHostLocks(),
      messenger: createFakeMessenger(),
      log: createRecordingLog(),
      digest: (text: string) => createHash('sha256').update(text).digest('hex'),
    };
    const settings = settingsFrom(loadLocalConfig({ STABLE_SECONDS: '1' }));
    const engine = createEmbeddedEngine({
      path: ':memory:',
      log: ports.log,
      handler: withDurableExecution((input: RunInput, context) => runIncident(input, context, ports, settings)),
    });
    const { incidentId, run } = incidentOf({ target: { cluster: 'lab', node: 'gpu-1' }, incidentId: 'lab.gpu-1.1' });
    store.seed(incidentOf({ target: { cluster: 'lab', node: 'gpu-1' }, incidentId }));
    const before = await entriesOf('gpu-1');
    await engine.start(executionName({ incidentId, run }), { incidentId, run });
    const told = async () => (await store.readReceipt(incidentId)).map(({ summary }) => summary).join('\n');
    while (!(await told()).includes('reconcile did not heal')) await sleep(200);
    await engine.stop();
    expect(await told()).toContain('reconcile did not heal gpu-1: it made things worse');
    expect(await told()).toMatch(/rollback on gpu-1: rolled-back/);
    expect(await entriesOf('gpu-1')).toBe(before);
  });

  async function entriesOf(host: string): Promise<string> {
    const argv = ['bridge', 'fdb', 'show', 'dev', 'flannel.1'] as const;
    const { stdout } = await fleet.exec(host, { argv, timeoutMs: 5_000 });
    return stdout.split('\n').toSorted().join('\n');
  }
});
