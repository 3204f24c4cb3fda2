import { createHash } from 'node:crypto';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { readWindows } from '../../../adapters/cron/read-windows.ts';
import { executionName, type Incident } from '../../../core/incident/incident.ts';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { SettingsEnvironment, settingsFrom } from '../../../functions/runbook/config.ts';
import { type RunInput, runIncident } from '../../../functions/runbook/run-incident.ts';
import { createEmbeddedEngine } from '../../../local/durable/embedded-engine.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeCloudRoutes } from '../../fakes/fake-cloud-routes.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeMessenger } from '../../fakes/fake-messenger.ts';
import { createFakeNodeCommands } from '../../fakes/fake-node-commands.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryHostLocks } from '../../fakes/in-memory-host-locks.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryOperatorHolds } from '../../fakes/in-memory-operator-holds.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

/** Not in shadow, and no breaker trips, although every node is sick. */
const acting = { REPAIR_MODE: 'act', CLUSTERS: 'lab', BREAKER_MIN_NODES: '1000', STABLE_SECONDS: '30' };

/** GPU nodes of one site behind one hub, all sick, each with an incident of its own, on one engine. */
export function createFleetUnderTest(count: number, environment: Readonly<Record<string, string>> = {}) {
  const fleet = healthyFleet(Array.from({ length: count }, () => 'dc-a'));
  const clock = createFakeClock();
  const store = createInMemoryIncidentStore();
  const commands = createFakeNodeCommands(fleet, fleet.spokes);
  const cluster = createFakeCluster(fleet.nodes);
  const messenger = createFakeMessenger();
  const capacity = createInMemoryCapacityLedger();
  const log = createRecordingLog();
  const ports = {
    queue: createFakeWorkQueue(),
    store,
    commands,
    cluster,
    messenger,
    capacity,
    log,
    approvals: createInMemoryApprovalStore(),
    cloudRoutes: createFakeCloudRoutes({}),
    holds: createInMemoryOperatorHolds(),
    locks: createInMemoryHostLocks(),
    safety: createInMemorySafetyRecords(),
    readWindows,
    clock: clock.now,
    sleep: async (milliseconds: number) => clock.advanceSeconds(milliseconds / 1_000),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
  };
  const settings = settingsFrom(SettingsEnvironment.parse({ ...acting, ...environment }));
  const engine = createEmbeddedEngine({
    path: ':memory:',
    clock: clock.now,
    log,
    handler: withDurableExecution((input: RunInput, context) => runIncident(input, context, ports, settings)),
  });
  const incidents = fleet.spokes.map((node) =>
    incidentOf({ target: { cluster: 'lab', node }, incidentId: `lab.${node}.1` }),
  );
  for (const incident of incidents) store.seed(incident);
  let mostClaimed = 0;
  const { placeClaim } = cluster;
  cluster.placeClaim = async (...claim) => {
    const outcome = await placeClaim(...claim);
    mostClaimed = Math.max(mostClaimed, (await claimed()).length);
    return outcome;
  };

  const claimed = async () =>
    (await cluster.listNodes()).filter((node) => readClaim(node).type === 'ours').map(({ metadata }) => metadata.name);

  async function approveAll(): Promise<void> {
    const alice = { id: 'U0ALICE', name: 'alice' };
    for (const { approvalId, planDigest } of await ports.approvals.listPending()) {
      const outcome = await ports.approvals.decide(
        approvalId,
        { planDigest, decision: 'approved', by: alice },
        clock.now(),
        () => true,
      );
      if (outcome.type !== 'decided') continue;
      await engine.completeCallback(outcome.approval.callbackId ?? '', { type: 'decision' });
    }
  }

  return {
    ...ports,
    incidents,
    claimed,
    mostClaimed: () => mostClaimed,
    /** What was sent to whom, without reading. */
    acted: (document: string) => commands.sent.filter((sent) => sent.document === document).length,
    start: async () => {
      for (const { incidentId } of incidents)
        await engine.start(executionName({ incidentId, run: 1 }), { incidentId, run: 1 });
    },
    /** Lets the work go on in steps of five seconds until every incident is as asked; every question gets a yes. */
    workUntilAll: async (done: (incident: Incident) => boolean): Promise<readonly Incident[]> => {
      for (let step = 0; step < 3_000; step++) {
        await engine.idle();
        await approveAll();
        const latest = await Promise.all(incidents.map(async ({ incidentId }) => store.get(incidentId)));
        const present = latest.filter((incident) => incident !== undefined);
        if (present.every(done)) return present;
        clock.advanceSeconds(5);
        engine.tick();
      }
      throw new Error('the incidents are not as asked after 15000 s');
    },
  };
}
