import { createHash } from 'node:crypto';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { readWindows } from '../../../adapters/cron/read-windows.ts';
import type { CloudRoute } from '../../../core/cloud/route-table.ts';
import { executionName, type Incident } from '../../../core/incident/incident.ts';
import type { MessageSubject } from '../../../core/incident/shown-messages.ts';
import type { Answer, ApprovalStore } from '../../../core/safety/approval.ts';
import type { Decider } from '../../../core/safety/decider.ts';
import { notify } from '../../../functions/notify/notify.ts';
import { SettingsEnvironment, settingsFrom } from '../../../functions/runbook/config.ts';
import { type RunInput, runIncident } from '../../../functions/runbook/run-incident.ts';
import { createEmbeddedEngine } from '../../../local/durable/embedded-engine.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeCloudRoutes } from '../../fakes/fake-cloud-routes.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeMessenger } from '../../fakes/fake-messenger.ts';
import { createFakeNodeCommands } from '../../fakes/fake-node-commands.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryHostLocks } from '../../fakes/in-memory-host-locks.ts';
import { createInMemoryIncidentStore, type InMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryOperatorHolds } from '../../fakes/in-memory-operator-holds.ts';
import { createInMemoryReplies } from '../../fakes/in-memory-replies.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createInMemoryShownMessages } from '../../fakes/in-memory-shown-messages.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

const MOST_STEPS = 3_000;
/** Not in shadow. */
const acting = { REPAIR_MODE: 'act', CLUSTERS: 'lab', STABLE_SECONDS: '30' };

/** One incident of gpu-1 at work on the embedded engine, everything outside in memory, and a clock that the test moves. */
export function createIncidentUnderTest(
  environment: Readonly<Record<string, string>> = {},
  routeTables: Readonly<Record<string, readonly CloudRoute[]>> = {},
  store: InMemoryIncidentStore = createInMemoryIncidentStore(),
) {
  const clock = createFakeClock();
  const asked = new Set<string>();
  const stored = createInMemoryApprovalStore();
  const approvals: ApprovalStore = {
    ...stored,
    create: (approval) => {
      asked.add(approval.approvalId);
      return stored.create(approval);
    },
  };
  const commands = createFakeNodeCommands();
  const cluster = createFakeCluster();
  const cloudRoutes = createFakeCloudRoutes(routeTables);
  const messenger = createFakeMessenger();
  const log = createRecordingLog();
  const settings = settingsFrom(SettingsEnvironment.parse({ ...acting, ...environment }));
  const ports = {
    queue: createFakeWorkQueue(),
    store,
    approvals,
    commands,
    cluster,
    cloudRoutes,
    log,
    locks: createInMemoryHostLocks(),
    capacity: createInMemoryCapacityLedger(),
    holds: createInMemoryOperatorHolds(),
    safety: createInMemorySafetyRecords(),
    readWindows,
    clock: clock.now,
    sleep: async (milliseconds: number) => clock.advanceSeconds(milliseconds / 1_000),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
  };
  const engine = createEmbeddedEngine({
    path: ':memory:',
    clock: clock.now,
    log,
    handler: withDurableExecution((input: RunInput, context) => runIncident(input, context, ports, settings)),
  });
  const incident = incidentOf({ target: { cluster: 'lab', node: 'gpu-1' }, incidentId: 'lab.gpu-1.1' });
  const opened = store.openOrGet(incident.target, () => incident);

  const notices = {
    store,
    approvals,
    shown: createInMemoryShownMessages(),
    replies: createInMemoryReplies(),
    messenger,
    clock: clock.now,
  };

  /** What the stream of the table makes the notifier do. While the chat hangs nobody waits for it. */
  async function followChat(): Promise<void> {
    const changed: readonly MessageSubject[] = [
      { type: 'incident', incidentId: incident.incidentId },
      ...[...asked].map((approvalId) => ({ type: 'approval' as const, approvalId })),
    ];
    const followed = Promise.allSettled(changed.map((subject) => notify(subject, notices)));
    if (!messenger.hangs) await followed;
  }

  const current = async (incidentId = incident.incidentId): Promise<Incident> =>
    (await store.get(incidentId)) ?? incident;

  /** Lets the work go on, second by second, until it is as asked. */
  async function workUntil(done: (incident: Incident) => boolean, incidentId?: string): Promise<Incident> {
    for (let step = 0; step < MOST_STEPS; step++) {
      await engine.idle();
      await followChat();
      const latest = await current(incidentId);
      if (done(latest)) return latest;
      clock.advanceSeconds(1);
      engine.tick();
    }
    throw new Error(`still ${(await current()).phase} after ${MOST_STEPS} s`);
  }

  async function start(): Promise<void> {
    await opened;
    const { incidentId, run } = await current();
    await engine.start(executionName({ incidentId, run }), { incidentId, run });
  }

  return {
    ...ports,
    cluster,
    cloudRoutes,
    commands,
    messenger,
    engine,
    clockHand: clock,
    start,
    /** What a signal or sweep does to an incident at rest. */
    nextRun: async () => {
      await store.update(incident.incidentId, ({ run, ...rest }) => ({ ...rest, run: run + 1, phase: 'diagnosing' }));
      await start();
    },
    followChat,
    advanceSeconds: clock.advanceSeconds,
    workUntil,
    untilClosed: () => workUntil(({ phase }) => phase === 'closed'),
    untilAtRest: () => workUntil(({ phase }) => phase === 'handed-over' || phase === 'held'),
    untilAsked: () => workUntil(({ pending }) => pending !== null),
    events: async () => (await store.readReceipt(incident.incidentId)).map(({ event }) => event),
    /** Documents that may change something, as they were sent. */
    acted: () =>
      commands.sent.map(({ document }) => document).filter((name) => name !== 'diagnose' && name !== 'read-journal'),
  };
}

/** Answers the pending question as the approval function does. */
export async function answer(
  work: ReturnType<typeof createIncidentUnderTest>,
  decision: Answer['decision'],
  by: Decider = { id: 'U0ALICE', name: 'alice' },
): Promise<void> {
  const question = work.messenger.questions.at(-1);
  if (question === undefined) throw new Error('nobody was asked');
  const outcome = await work.approvals.decide(
    question.approvalId,
    { planDigest: question.planDigest, decision, by },
    work.clock(),
    () => true,
  );
  if (outcome.type !== 'decided') throw new Error(`the decision was not taken: ${outcome.type}`);
  await work.engine.completeCallback(outcome.approval.callbackId ?? '', { type: 'decision' });
}
