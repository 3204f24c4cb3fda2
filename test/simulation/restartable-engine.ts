import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import {
  createEmbeddedEngine,
  type EmbeddedEngine,
  type EmbeddedEngineOptions,
} from '../../local/durable/embedded-engine.ts';
import type { CallPool } from './call-pool.ts';

const RUNBOOK = 'runbook';
let files = 0;

/**
 * The embedded engine in a process that can die: what it has checkpointed is in a database that outlives it, and the next process
 * takes over from there. Every invocation of the handler is an actor of its own.
 */
export function createRestartableEngine(options: EmbeddedEngineOptions, pool: CallPool) {
  // Memory that several connections of this process share.
  const path = `file:simulation-${++files}?mode=memory&cache=shared`;
  const invocations = new Map<string, number>();
  const processes: EmbeddedEngine[] = [];
  let actors: string[] = [];

  const handlerOf =
    (handler: DurableLambdaHandler): DurableLambdaHandler =>
    (event, context) => {
      const execution = context.awsRequestId;
      const invocation = (invocations.get(execution) ?? 0) + 1;
      invocations.set(execution, invocation);
      const actor = `${RUNBOOK} ${execution}#${invocation}`;
      actors = [...actors.filter(pool.isAlive), actor];
      return pool.run(actor, () => handler(event, context));
    };
  const begin = () => {
    const engine = createEmbeddedEngine({ ...options, path, handler: handlerOf(options.handler) });
    processes.push(engine);
    return engine;
  };
  let current = begin();

  const engine: EmbeddedEngine = {
    start: (...args) => current.start(...args),
    completeCallback: (...args) => current.completeCallback(...args),
    heartbeat: (...args) => current.heartbeat(...args),
    describe: (...args) => current.describe(...args),
    resume: () => current.resume(),
    tick: () => current.tick(),
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
