import { createHash } from 'node:crypto';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import { RestitchError } from '../../core/restitch-error.ts';
// The runbook loads it when it needs it: here it is there from the beginning, so that every play goes the same way.
import '../../functions/runbook/work-in-rounds.ts';
import { createItemMemory, type ItemMemory } from '../../adapters/aws/item-memory.ts';
import { createChainUnderTest } from '../fakes/chain-under-test.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { Crash } from '../fakes/faults.ts';
import { healthyFleet } from '../fakes/healthy-evidence.ts';
import { createInMemoryTable } from '../fakes/in-memory-table.ts';
import { storesOver } from '../fakes/recording-table.ts';
import { type Call, createCallPool, type Fate } from './call-pool.ts';
import { asReleaseWrites, createDeployments, type DeployedPart, environmentsOf } from './deployments.ts';
import { describeCall, isEffect, isTelling } from './describe-call.ts';
import { createFailingCalls } from './failing-calls.ts';
import { type Gate, gatedPorts, gatedTable } from './gated-ports.ts';
import type { Mutant } from './mutant.ts';
import { createRestartableEngine, type RestartableEngine } from './restartable-engine.ts';
import type { Schedule } from './schedule.ts';
import { createSimulatedHosts } from './simulated-hosts.ts';
import { takeTimers } from './simulated-timers.ts';
import { notingTable, type StoredTruth } from './stored-truth.ts';
import type { TraceLine } from './trace.ts';

export const APPROVERS = ['U0ALICE', 'U0BEN'];
export const HUB = 'hub-1';

/** Something that is to happen at a moment, as epoch milliseconds. */
interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** The whole chain with a simulated surrounding: every call waits for the scheduler, and the clock moves only by it. */
export function createWorld(schedule: Schedule, mutant: Mutant | undefined) {
  const clock = createFakeClock();
  const startedAt = clock.now();
  const timers = takeTimers(clock.now);
  const trace: TraceLine[] = [];
  const failing = createFailingCalls(clock.now, schedule.crashPoint);
  const truth: StoredTruth = { approvals: new Map(), changes: [] };
  const unexpected: string[] = [];
  const effects: Call[] = [];
  const afterDeath = new Map<string, () => void>();
  let tasks: readonly Task[] = [];
  let table = notingTable(createInMemoryTable(), truth);
  let engine: RestartableEngine | undefined;

  const say = (actor: string, what: string, telling = true) =>
    void trace.push({ at: clock.now(), actor, what: () => what, telling: () => telling });
  const at = (seconds: number, run: () => void) => {
    tasks = [...tasks, { at: clock.now() + seconds * 1_000, run }];
  };
  const pool = createCallPool({
    clock,
    timers,
    fateOf: failing.fateOf,
    onDone: (call: Call, fate: Fate['type'], result: unknown) => {
      if (isEffect(call)) effects.push(call);
      trace.push({
        at: clock.now(),
        actor: call.actor,
        what: () => describeCall(call, fate, result),
        telling: () => isTelling(call, fate),
      });
      // Every call takes a moment, so that the receipt has one order.
      clock.advanceSeconds(0.001);
    },
    onDeath: (actor) => {
      say(actor, 'dies');
      afterDeath.get(actor)?.();
      if (actor.startsWith('runbook')) at(2, () => engine?.restart());
    },
  });
  const deployments = createDeployments();
  const gate: Gate = { pool, written: (name, args) => asReleaseWrites(name, args, pool, deployments) };
  const fleet = healthyFleet(schedule.sites);
  const seenByTest = storesOver(tableNow(() => table));
  const gated = gatedTable(() => table, gate);
  let memories = new Map<string, ItemMemory>();
  /** Each invocation reads for itself. What a process remembers outlives it, but not a lost table: that takes longer than a memory lasts. */
  const seenByProcess = (user: string) => {
    const memory = memories.get(user) ?? createItemMemory(clock.now);
    memories.set(user, memory);
    const stores = storesOver(gated, memory);
    return { ...stores, ...mutant?.changeStores?.(stores) };
  };
  const chain = createChainUnderTest(mutant?.environment, {
    ...{ fleet, clock, sick: [] },
    storesFor: (user, release) => {
      if (user === 'test') return seenByTest;
      return seenByProcess(user === 'runbook' ? `${user} ${release}` : user);
    },
    through: (ports) => gatedPorts(ports, gate),
    createEngine: (options, runbooks) => {
      const goesOnLive = mutant?.executionsGoOnLive ?? false;
      engine = createRestartableEngine(options, runbooks, { pool, deployments, goesOnLive });
      return engine.engine;
    },
    releases: {
      settings: environmentsOf(schedule).map((own) => ({ ...own, ...mutant?.environment })),
      ofFunctions: deployments.releaseOfFunctions,
    },
  });
  const hosts = createSimulatedHosts({
    ...{ commands: chain.commands, clock, currentCall: pool.current },
    ...{ readingMs: schedule.readingMs, actingSeconds: schedule.actingSeconds },
    forgets: mutant?.hostsForget ?? false,
  });
  Object.assign(chain.ports, { commands: hosts.runner });
  const original = new Map(fleet.nodes.map((node) => [node.metadata.name, node]));
  mutant?.change?.(chain.ports);

  /** Begins something that goes on by itself: an invocation, or a person. `whenDead`: what whoever called it does then. */
  function begin(actor: string, body: () => Promise<unknown>, whenDead?: () => void): void {
    if (whenDead !== undefined) afterDeath.set(actor, whenDead);
    deployments.call(actor);
    pool.run(actor, body).catch((error: unknown) => {
      if (error instanceof Crash) return;
      say(actor, `fails: ${String(error)}`);
      if (!(error instanceof RestitchError)) unexpected.push(`${actor}: ${String(error)}`);
    });
  }

  return {
    ...{
      chain,
      clock,
      startedAt,
      pool,
      timers,
      hosts,
      failing,
      truth,
      trace,
      unexpected,
      effects,
      fleet,
      say,
      at,
      begin,
      schedule,
      deployments,
    },
    deploy: (part: DeployedPart) => {
      deployments.deploy(part);
      // Other processes: what the replaced ones remembered is gone.
      if (part === 'functions') memories = new Map([...memories].filter(([user]) => user.startsWith('runbook')));
    },
    /** GPU nodes, and the hub as the last. */
    nodeOf: (number: number): string => [...fleet.spokes, HUB][number % (fleet.spokes.length + 1)] ?? HUB,
    originalOf: (name: string): NodeObject | undefined => original.get(name),
    loseTable: () => {
      table = notingTable(createInMemoryTable(), truth);
      memories = new Map();
    },
    /** Without parsing: it is asked often. */
    isAnyOpen: () => table.isAnyListed('incidents#open'),
    /** The tasks whose moment has come, each once. */
    takeDue: () => {
      const due = tasks.filter((task) => task.at <= clock.now());
      tasks = tasks.filter((task) => !due.includes(task));
      return due;
    },
    nextTaskAt: () => Math.min(...tasks.map((task) => task.at)),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
    /** Nothing of it is left. */
    end: async () => {
      try {
        pool.dropAll();
        const stopped = chain.engine.stop().then(() => true);
        while (!(await Promise.race([stopped, pool.settle().then(() => false)]))) pool.dropAll();
      } finally {
        timers.restore();
      }
    },
  };
}

export type World = ReturnType<typeof createWorld>;

function tableNow(now: () => ReturnType<typeof notingTable>) {
  return {
    get: (...args: Parameters<ReturnType<typeof now>['get']>) => now().get(...args),
    getMany: (...args: Parameters<ReturnType<typeof now>['getMany']>) => now().getMany(...args),
    put: (...args: Parameters<ReturnType<typeof now>['put']>) => now().put(...args),
    query: (...args: Parameters<ReturnType<typeof now>['query']>) => now().query(...args),
    list: (...args: Parameters<ReturnType<typeof now>['list']>) => now().list(...args),
  };
}
