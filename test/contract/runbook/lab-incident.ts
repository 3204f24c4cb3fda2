import { createHash } from 'node:crypto';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { readWindows } from '../../../adapters/cron/read-windows.ts';
import { executionName } from '../../../core/incident/incident.ts';
import { settingsFrom } from '../../../functions/runbook/config.ts';
import type { EvidencePorts } from '../../../functions/runbook/look/collect-evidence.ts';
import { type RunInput, runIncident } from '../../../functions/runbook/run-incident.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { createEmbeddedEngine } from '../../../local/durable/embedded-engine.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryHostLocks } from '../../fakes/in-memory-host-locks.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryOperatorHolds } from '../../fakes/in-memory-operator-holds.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

/** An incident of gpu-1 that is being worked on: hosts, cluster and cloud are a lab's, everything else is in memory. */
export async function startLabIncident(evidencePorts: EvidencePorts) {
  const store = createInMemoryIncidentStore();
  const approvals = createInMemoryApprovalStore();
  const ports = {
    queue: createFakeWorkQueue(),
    ...evidencePorts,
    store,
    approvals,
    locks: createInMemoryHostLocks(),
    capacity: createInMemoryCapacityLedger(),
    holds: createInMemoryOperatorHolds(),
    safety: createInMemorySafetyRecords(),
    readWindows,
    log: createRecordingLog(),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
  };
  const settings = settingsFrom(loadLocalConfig({ STABLE_SECONDS: '1' }));
  const engine = createEmbeddedEngine({
    path: ':memory:',
    log: ports.log,
    handler: withDurableExecution((input: RunInput, context) => runIncident(input, context, ports, settings)),
  });
  const opened = incidentOf({ target: { cluster: 'lab', node: 'gpu-1' }, incidentId: 'lab.gpu-1.1' });
  const { incidentId, run } = opened;
  store.seed(opened);
  await engine.start(executionName({ incidentId, run }), { incidentId, run });
  return {
    approvals,
    engine,
    latest: async () => (await store.get(incidentId)) ?? opened,
    /** The receipt's sentences. */
    told: async () => (await store.readReceipt(incidentId)).map(({ summary }) => summary),
  };
}
