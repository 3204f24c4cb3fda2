import { createHash } from 'node:crypto';
import { type DurableLambdaHandler, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { readWindows } from '../../adapters/cron/read-windows.ts';
import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS } from '../../core/alert/resolve-target.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import { handleBatch } from '../../functions/dispatch/handle-batch.ts';
import { intake } from '../../functions/intake/intake.ts';
import { SettingsEnvironment, settingsFrom } from '../../functions/runbook/config.ts';
import { type RunInput, runIncident } from '../../functions/runbook/run-incident.ts';
import { GateEnvironment, gateSettingsFrom } from '../../functions/sweep/gate-environment.ts';
import { prepareGate } from '../../functions/sweep/gate-sick-nodes.ts';
import { onePass } from '../../functions/sweep/one-pass.ts';
import { createEmbeddedEngine, type EmbeddedEngineOptions } from '../../local/durable/embedded-engine.ts';
import { createChatFollower } from './chat-follower.ts';
import { createFakeAlertmanager } from './fake-alertmanager.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeCloudRoutes } from './fake-cloud-routes.ts';
import { createFakeCluster } from './fake-cluster.ts';
import { createFakeEventSource } from './fake-event-source.ts';
import { createFakeMessenger } from './fake-messenger.ts';
import { createFakeNodeCommands } from './fake-node-commands.ts';
import { createFakeWorkQueue } from './fake-work-queue.ts';
import type { HealthyFleet } from './healthy-evidence.ts';
import { createInMemoryApprovalStore } from './in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from './in-memory-capacity-ledger.ts';
import { createInMemoryHostLocks } from './in-memory-host-locks.ts';
import { createInMemoryIncidentStore } from './in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from './in-memory-node-directory.ts';
import { createInMemoryOperatorHolds } from './in-memory-operator-holds.ts';
import { createInMemoryReplies } from './in-memory-replies.ts';
import { createInMemorySafetyRecords } from './in-memory-safety-records.ts';
import { createInMemoryShownMessages } from './in-memory-shown-messages.ts';
import { createOutages, type Outage } from './outage.ts';
import { createRecordingLog } from './recording-log.ts';
import { createRecordingMetrics } from './recording-metrics.ts';
import type { storesOver } from './recording-table.ts';
import { TOKEN, webhookRequest } from './webhook-request.ts';

const CLUSTERS = ['lab'];
/** Not in shadow, and as often as the node breaks. */
const acting = { REPAIR_MODE: 'act', FLAP_INCIDENTS: '1000', RUNS_PER_DAY: '1000', STABLE_SECONDS: '30' };
const rules = { clusterLabels: DEFAULT_CLUSTER_LABELS, nodeLabels: DEFAULT_NODE_LABELS, defaultCluster: null };
/** Seconds between two passes of sweep. */
const SWEEP_SECONDS = 60;

const Settings = SettingsEnvironment.extend(GateEnvironment.shape);
const onlyOne: NonNullable<World['releases']> = { settings: [{}], ofFunctions: () => 0 };

/** Everything that one DynamoDB table holds. */
function emptyTable() {
  return {
    capacity: createInMemoryCapacityLedger(),
    holds: createInMemoryOperatorHolds(),
    store: createInMemoryIncidentStore(),
    approvals: createInMemoryApprovalStore(),
    locks: createInMemoryHostLocks(),
    directory: createInMemoryNodeDirectory(),
    safety: createInMemorySafetyRecords(),
    shown: createInMemoryShownMessages(),
    replies: createInMemoryReplies(),
  };
}

/** Whose call it is. */
export type ChainUser = 'dispatch' | 'runbook' | 'sweep' | 'notify' | 'test';

/** The small fleet of most tests, and nothing that fails, unless told. */
interface World {
  readonly fleet?: HealthyFleet;
  readonly sick?: readonly string[];
  readonly outage?: Outage;
  readonly clock?: FakeClock;
  /** The stores of each function over a table of the test's; `test`: those with which the test looks. `release`: of a runbook. */
  readonly storesFor?: (user: ChainUser, release: number) => ReturnType<typeof storesOver>;
  /** What stands between the functions and everything outside, the engine included; an outage does not then. */
  readonly through?: <T extends object>(ports: T) => T;
  /** `runbooks`: of each release; the first is the handler of the options. */
  readonly createEngine?: (
    options: EmbeddedEngineOptions,
    runbooks: readonly DurableLambdaHandler[],
  ) => ReturnType<typeof createEmbeddedEngine>;
  /** What each release has set beside the environment, and of which one the functions beside the runbook are now. Absent: there is one. */
  readonly releases?: { readonly settings: readonly Environment[]; readonly ofFunctions: () => number };
}

type Environment = Readonly<Record<string, string>>;

/**
 * The real intake, dispatch, runbook, notify and sweep, with everything outside in memory and a clock that the test moves. The
 * cluster is called `lab`; gpu-1, or who else is `sick`, is broken until something heals it. The executions outlive the table.
 */
export function createChainUnderTest(environment: Environment = {}, world: World = {}) {
  const { fleet, sick, outage, storesFor, clock = createFakeClock(), releases = onlyOne } = world;
  const { through, createEngine = createEmbeddedEngine } = world;
  const outages = createOutages(clock, outage);
  const commands = createFakeNodeCommands(fleet, sick, clock.now);
  const queue = createFakeWorkQueue();
  const alerts = createFakeAlertmanager();
  const log = createRecordingLog();
  const metrics = createRecordingMetrics();
  const ports = {
    ...emptyTable(),
    queue,
    commands,
    messenger: createFakeMessenger(),
    cluster: createFakeCluster(fleet?.nodes),
    cloudRoutes: createFakeCloudRoutes({}),
    readWindows,
    log,
    clock: clock.now,
    sleep: async (milliseconds: number) => clock.advanceSeconds(milliseconds / 1_000),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
  };
  Object.assign(ports, storesFor?.('test', 0));
  /** The ports as the functions have them. */
  const seen = through === undefined ? outages.between(ports) : through(ports);
  const seenBy = (user: ChainUser, release = 0) =>
    storesFor === undefined ? seen : { ...seen, ...storesFor(user, release) };
  const deployed = releases.settings.map((own, release) => {
    const given = Settings.parse({ ...acting, CLUSTERS: CLUSTERS.join(','), ...environment, ...own });
    const settings = settingsFrom(given);
    const handler = withDurableExecution((input: RunInput, context) =>
      runIncident(input, context, seenBy('runbook', release), settings),
    );
    return { settings, gate: gateSettingsFrom(given), handler };
  });
  const [first] = deployed;
  if (first === undefined) throw new TypeError('nothing is deployed');
  const { settings, gate, handler } = first;
  const engine = createEngine(
    { path: ':memory:', clock: clock.now, log, handler },
    deployed.map((release) => release.handler),
  );
  const { engine: seenEngine } = through?.({ engine }) ?? { engine };
  let passes = 0;
  const source = createFakeEventSource(queue.sent, clock.now);
  const followChat = createChatFollower(ports, () => seenBy('notify'));

  /** Works what is in the queue. */
  const drain = () =>
    source.deliver((event) =>
      handleBatch(event, { ...seenBy('dispatch'), engine: seenEngine, log, clock: clock.now }, CLUSTERS),
    );

  /** One webhook; what intake answers. */
  async function webhook(...raw: readonly unknown[]) {
    const intakePorts = { queue: seen.queue, log, metrics, clock: clock.now, tokens: async () => [TOKEN] };
    return intake(webhookRequest({ alerts: raw }), intakePorts, { rules, clusters: CLUSTERS, maxBodyBytes: 6e6 });
  }

  /** Alertmanager sends these alerts; the answer's counts. */
  async function post(...raw: readonly unknown[]): Promise<Readonly<Record<string, number>>> {
    const { statusCode, body } = await webhook(...raw);
    if (statusCode !== 200) throw new Error(`intake answered ${statusCode}: ${body}`);
    await drain();
    return JSON.parse(body).outcomes;
  }

  function sweep() {
    const sweepPorts = {
      ...{ ...seenBy('sweep'), engine: seenEngine, alerts, metrics, passName: () => `pass-${++passes}` },
      prepareGate: (cluster: Cluster) =>
        prepareGate(
          { ...seenBy('sweep'), engine: seenEngine, cluster },
          deployed[releases.ofFunctions()]?.gate ?? gate,
        ),
    };
    const alertRules = { rules, clusters: CLUSTERS };
    const passSettings = { recheckSeconds: 300, startGraceSeconds: 120, stackId: settings.stackId, alertRules };
    return onePass([{ ports: sweepPorts, settings: passSettings }]);
  }

  /** A pass that fails as a whole is a failed invocation: the next one comes a minute later. */
  async function sweepOnTime(): Promise<void> {
    try {
      await sweep();
    } catch (error) {
      if (!(error instanceof RestitchError)) throw error;
    }
  }

  /** Lets time pass, with a pass of sweep every minute, until it is as asked. */
  async function until(done: () => boolean | Promise<boolean>, mostSeconds = 2_000, stepSeconds = 1): Promise<void> {
    for (let second = stepSeconds; second <= mostSeconds; second += stepSeconds) {
      await engine.idle();
      await followChat();
      if (await done()) return;
      clock.advanceSeconds(stepSeconds);
      engine.tick();
      await drain();
      if (second % SWEEP_SECONDS === 0) await sweepOnTime();
    }
    throw new Error(`not yet after ${mostSeconds} s`);
  }

  return {
    ports,
    commands,
    alerts,
    log,
    metrics,
    engine,
    clock,
    outages,
    /** Alerts that the queue gave up. */
    dead: source.dead,
    isQueueEmpty: source.isEmpty,
    webhook,
    post,
    drain,
    sweep,
    settings,
    /** The ports as a function has them. */
    seenBy,
    seenEngine,
    until,
    /** Every open question gets a yes. */
    approveAll: async () => {
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
    },
    untilAllClosed: () => until(async () => (await ports.store.listOpen()).length === 0),
    /** The table is lost: an empty one takes its place. */
    loseTable: () => void Object.assign(ports, emptyTable()),
    incidents: () => ports.store.listRecent(2_000),
    acted: () => commands.sent.filter(({ document }) => document !== 'diagnose' && document !== 'read-journal'),
  };
}

/** `store` that calls `before` ahead of each of its operations. */
export function withHook<T extends IncidentStore>(store: T, before: () => Promise<void>): T {
  const hooked = { ...store };
  const around =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await before();
      return call(...args);
    };
  hooked.openOrGet = around(store.openOrGet);
  hooked.getLatest = around(store.getLatest);
  hooked.get = around(store.get);
  hooked.update = around(store.update);
  hooked.appendReceipt = around(store.appendReceipt);
  return hooked;
}
