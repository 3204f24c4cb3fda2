import type { DurableLambdaHandler, ErrorObject, WireOperation } from '@aws/durable-execution-sdk-js';
import type { ExecutionEngine, ExecutionStatus } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { ExecutionScheduler } from './execution-scheduler.ts';
import { ExecutionTable } from './execution-table.ts';
import { byteLength, isExecutionName, LARGEST_CALLBACK_RESULT_BYTES, LARGEST_PAYLOAD_BYTES } from './service-limits.ts';

export interface EmbeddedEngineOptions {
  /** The SQLite file. */
  readonly path: string;
  /** What `withDurableExecution` returned. */
  readonly handler: DurableLambdaHandler;
  readonly log: Log;
  /** Epoch milliseconds. With a given clock the engine sets no timers: only `tick` fires what is due. */
  readonly clock?: () => number;
  /** How long an execution may take in all, waiting included. Absent: no limit. */
  readonly executionTimeoutSeconds?: number;
}

export interface EmbeddedEngine extends ExecutionEngine {
  /** Resumes every unfinished execution: after a start, and after a crash. */
  resume(): void;
  /** Fires the timers that are due. The engine does so itself unless a test gave the clock. */
  tick(): void;
  /** Epoch milliseconds of the next timer. Undefined: there is none. */
  nextDueAt(): number | undefined;
  /** Resolves when no invocation is running. */
  idle(): Promise<void>;
  /** A heartbeat for a callback that has a heartbeat timeout. */
  heartbeat(callbackId: string): Promise<'alive' | 'gone'>;
  operations(name: string): readonly WireOperation[];
  /** What the execution returned; undefined while it has not succeeded, or when it returned nothing. */
  result(name: string): unknown;
  /** Waits for the running step and records it. Starts nothing new and clears every timer. */
  stop(): Promise<void>;
}

/**
 * AWS Lambda durable functions on one machine: runs the same handler behind the SDK's two-method client. One worker per
 * execution; tokens fence off a worker whose execution was taken over by another process.
 */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): EmbeddedEngine {
  const clock = options.clock ?? Date.now;
  const table = new ExecutionTable(options.path);
  const scheduler = new ExecutionScheduler(table, { ...options, clock, ownTimer: options.clock === undefined });
  return {
    start: async (name, input) => {
      if (!isExecutionName(name)) throw refused(`not a name for an execution: ${name}`);
      const started = table.insert(name, toJson(input, LARGEST_PAYLOAD_BYTES), clock());
      if (started) scheduler.wake(name);
      return started ? 'started' : 'exists';
    },
    completeCallback: async (callbackId, result) => {
      const name = table.completeCallback(callbackId, toJson(result, LARGEST_CALLBACK_RESULT_BYTES), clock());
      if (name === undefined) return 'gone';
      scheduler.wake(name);
      return 'completed';
    },
    heartbeat: async (callbackId) => (table.heartbeat(callbackId, clock()) ? 'alive' : 'gone'),
    describe: async (name) => describe(table, name),
    resume: () => {
      for (const name of table.runningNames()) scheduler.wake(name);
      scheduler.tick();
    },
    tick: () => scheduler.tick(),
    nextDueAt: () => scheduler.nextDueAt(),
    idle: () => scheduler.idle(),
    operations: (name) => table.operations.list(name),
    result: (name) => {
      const execution = table.find(name);
      if (execution?.status !== 'succeeded' || execution.result === null) return undefined;
      return JSON.parse(execution.result);
    },
    stop: async () => {
      await scheduler.stop();
      table.close();
    },
  };
}

function describe(table: ExecutionTable, name: string): ExecutionStatus {
  const execution = table.find(name);
  if (execution === undefined) return { status: 'absent' };
  if (execution.status !== 'failed' || execution.result === null) return { status: execution.status };
  const error: ErrorObject = JSON.parse(execution.result);
  return { status: 'failed', reason: `${error.ErrorType ?? 'Error'}: ${error.ErrorMessage ?? ''}` };
}

/** A value that JSON cannot express, such as `undefined`, becomes null. */
function toJson(value: unknown, largestBytes: number): string {
  const json = JSON.stringify(value) ?? 'null';
  if (byteLength(json) > largestBytes) throw refused(`${byteLength(json)} bytes; at most ${largestBytes}`);
  return json;
}

function refused(reason: string): RestitchError {
  return new RestitchError('engine', reason, { retryable: false });
}
