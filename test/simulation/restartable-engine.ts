import { threadId } from 'node:worker_threads';
import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import {
  createEmbeddedEngine,
  type EmbeddedEngine,
  type EmbeddedEngineOptions,
} from '../../local/durable/embedded-engine.ts';
import type { CallPool } from './call-pool.ts';
import { actorOf, type Deployments } from './deployments.ts';

let files = 0;

interface Surroundings {
  readonly pool: CallPool;
  readonly deployments: Deployments;
  /** True: an execution goes on on the version that is live. Only a mutant does that. */
  readonly goesOnLive?: boolean;
}

/**
 * The embedded engine in a process that can die: what it has checkpointed is in a database that outlives it, and the next process
 * takes over from there. Every invocation of the handler is an actor of its own, and each execution has the handler of the release
 * that it began on.
 */
export function createRestartableEngine(
  options: EmbeddedEngineOptions,
  runbooks: readonly DurableLambdaHandler[],
  { pool, deployments, goesOnLive = false }: Surroundings,
) {
  // Memory that several connections of this process share, also those of its other threads.
  const path = `file:simulation-${threadId}-${++files}?mode=memory&cache=shared`;
  const invocations = new Map<string, number>();
  const processes: EmbeddedEngine[] = [];
  let actors: string[] = [];

  const handler: DurableLambdaHandler = (event, context) => {
    const execution = context.awsRequestId;
    const invocation = (invocations.get(execution) ?? 0) + 1;
    invocations.set(execution, invocation);
    const version = goesOnLive ? deployments.live() : deployments.versionOf(execution);
    deployments.invocations.push({ execution, version });
    const runbook = runbooks[deployments.releaseOf(version)] ?? options.handler;
    const actor = actorOf(execution, invocation);
    actors = [...actors.filter(pool.isAlive), actor];
    return pool.run(actor, () => runbook(event, context));
  };
  const begin = () => {
    const engine = createEmbeddedEngine({ ...options, path, handler });
    processes.push(engine);
    return engine;
  };
  let current = begin();

  const engine: EmbeddedEngine = {
    start: (name, input) => {
      deployments.begin(name);
      return current.start(name, input);
    },
    completeCallback: (...args) => current.completeCallback(...args),
    heartbeat: (...args) => current.heartbeat(...args),
    describe: (...args) => current.describe(...args),
    resume: () => current.resume(),
    tick: () => current.tick(),
    nextDueAt: () => current.nextDueAt(),
    idle: () => current.idle(),
    operations: (name) => current.operations(name),
    result: (name) => current.result(name),
    stop: async () => void (await Promise.all(processes.map((each) => each.stop()))),
  };
  return {
    engine,
    /** The process dies with everything that it is doing; another one takes over. */
    restart: () => {
      for (const actor of actors.filter(pool.isAlive)) pool.die(actor);
      current = begin();
      current.resume();
    },
  };
}

export type RestartableEngine = ReturnType<typeof createRestartableEngine>;
