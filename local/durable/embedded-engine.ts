import {
  type DurableExecutionClient,
  DurableExecutionClientError,
  DurableExecutionInvocationInputWithClient,
  type DurableLambdaHandler,
  InvocationStatus,
  type WireOperation,
} from '@aws/durable-execution-sdk-js';
import type { Context } from 'aws-lambda';
import type { ExecutionEngine, ExecutionStatus } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import { ExecutionTable } from './execution-table.ts';

export interface EmbeddedEngineOptions {
  /** The SQLite file. */
  readonly path: string;
  /** What `withDurableExecution` returned. */
  readonly handler: DurableLambdaHandler;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

export interface EmbeddedEngine extends ExecutionEngine {
  /** Takes up every unfinished execution: after a start, and after a crash. */
  resume(): void;
  /** Fires the timers that are due; the engine does it by itself unless a test holds the clock. */
  tick(): void;
  /** Resolves when no invocation is running. */
  idle(): Promise<void>;
  operations(name: string): readonly WireOperation[];
  /** No further invocation starts; the running ones are left to end. */
  stop(): Promise<void>;
}

/** State beyond this many operations is handed to the handler in pages, as the service does. */
const PAGE_SIZE = 500;
const LONGEST_SLEEP_MS = 30_000;
/** An invocation that broke down is tried again after this pause, as Lambda does for asynchronous invocations. */
const RETRY_PAUSE_MS = 1_000;

/**
 * AWS Lambda durable functions on one machine: runs the same handler behind the SDK's two-method client. One worker per
 * execution; tokens fence off a worker that was overtaken by another process.
 */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): EmbeddedEngine {
  const { handler, log } = options;
  const clock = options.clock ?? Date.now;
  const table = new ExecutionTable(options.path);
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function schedule(): void {
    clearTimeout(timer);
    const nextAt = stopped || options.clock !== undefined ? undefined : table.nextTimerAt();
    if (nextAt === undefined) return;
    timer = setTimeout(tick, Math.min(Math.max(nextAt - clock(), 0), LONGEST_SLEEP_MS));
  }

  function tick(): void {
    if (stopped) return;
    for (const name of table.fireTimers(clock())) wake(name);
    schedule();
  }

  /** Starts a worker unless one is at work; that one looks for news before it rests. */
  function wake(name: string): void {
    if (stopped || running.has(name)) return;
    const worker = work(name).finally(() => {
      running.delete(name);
      if (!stopped && table.hasFresh(name) && table.find(name)?.status === 'running') wake(name);
      schedule();
    });
    running.set(name, worker);
  }

  async function work(name: string): Promise<void> {
    do {
      const execution = table.find(name);
      if (execution?.status !== 'running') return;
      try {
        await invoke(name, execution.input);
      } catch (error) {
        log.error('execution-broke-down', { execution: name, reason: String(error) });
        await pause(RETRY_PAUSE_MS);
      }
    } while (!stopped && table.hasFresh(name));
  }

  async function invoke(name: string, input: string): Promise<void> {
    const { token, operations, fresh } = table.beginInvocation(name);
    const state = [executionOperation(name, input, clock()), ...operations];
    let current = token;
    const client: DurableExecutionClient = {
      getExecutionState: async ({ Marker }) => page(state, Number(Marker ?? 0)),
      checkpoint: async ({ CheckpointToken, Updates }) => {
        const kept = table.checkpoint(name, CheckpointToken ?? '', Updates ?? [], clock());
        if (kept === undefined) throw new DurableExecutionClientError(`another worker has taken over ${name}`);
        current = kept.token;
        schedule();
        return { CheckpointToken: kept.token, NewExecutionState: { Operations: [...kept.changed] } };
      },
    };
    const first = page(state, 0);
    const output = await handler(
      new DurableExecutionInvocationInputWithClient(
        {
          DurableExecutionArn: name,
          CheckpointToken: token,
          UpdatedOperationIds: [...fresh],
          InitialExecutionState: first,
        },
        client,
      ),
      lambdaContext(name),
    );
    if (output.Status === InvocationStatus.SUCCEEDED) table.end(name, current, 'succeeded', output.Result ?? null);
    if (output.Status === InvocationStatus.FAILED) {
      log.error('execution-failed', { execution: name, reason: output.Error.ErrorMessage });
      table.end(name, current, 'failed', JSON.stringify(output.Error));
    }
  }

  return {
    start: async (name, input) => {
      const started = table.insert(name, JSON.stringify(input), clock());
      wake(name);
      return started ? 'started' : 'exists';
    },
    completeCallback: async (callbackId, result) => {
      const name = table.completeCallback(callbackId, JSON.stringify(result), clock());
      if (name === undefined) return 'gone';
      wake(name);
      return 'completed';
    },
    describe: async (name) => describe(table, name),
    resume: () => {
      for (const name of table.runningNames()) wake(name);
      tick();
    },
    tick,
    idle: async () => {
      while (running.size > 0) await Promise.all(running.values());
    },
    operations: (name) => table.operations(name),
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(running.values());
      table.close();
    },
  };
}

function describe(table: ExecutionTable, name: string): ExecutionStatus {
  const execution = table.find(name);
  if (execution === undefined) return { status: 'absent' };
  return execution.status === 'failed' && execution.result !== null
    ? { status: 'failed', reason: execution.result }
    : { status: execution.status };
}

/** The execution itself is the first operation of its state. */
function executionOperation(name: string, input: string, now: number): WireOperation {
  return {
    Id: name,
    Type: 'EXECUTION',
    Status: 'STARTED',
    StartTimestamp: new Date(now),
    ExecutionDetails: { InputPayload: input },
  };
}

function page(state: readonly WireOperation[], from: number): { Operations: WireOperation[]; NextMarker?: string } {
  const until = from + PAGE_SIZE;
  return { Operations: state.slice(from, until), ...(until < state.length ? { NextMarker: String(until) } : {}) };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function lambdaContext(name: string): Context {
  return {
    awsRequestId: name,
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'restitch-runbook',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:restitch-runbook',
    logGroupName: '/aws/lambda/restitch-runbook',
    logStreamName: 'local',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => 900_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
