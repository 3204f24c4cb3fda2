import {
  type DurableExecutionClient,
  DurableExecutionClientError,
  DurableExecutionClientErrorScope,
  DurableExecutionInvocationInputWithClient,
  type DurableExecutionInvocationOutput,
  type DurableLambdaHandler,
  type ErrorObject,
  InvocationStatus,
  type OperationUpdate,
  type WireOperation,
} from '@aws/durable-execution-sdk-js';
import { assertNever } from '../../core/assert-never.ts';
import type { Log } from '../../core/log.ts';
import type { ExecutionTable, KeptExecution } from './execution-table.ts';
import { lambdaContext } from './lambda-context.ts';
import { byteLength, LARGEST_PAYLOAD_BYTES } from './service-limits.ts';
import { pageOf, withoutPrunedChildren } from './state-pages.ts';

export interface InvocationPorts {
  readonly table: ExecutionTable;
  readonly handler: DurableLambdaHandler;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** True once the engine is stopping: finished work is recorded, nothing new begins. */
  readonly stopping: () => boolean;
  /** A checkpoint may have set a timer. */
  readonly onCheckpoint: () => void;
}

/**
 * - `ended`: the execution has its result or error.
 * - `suspended`: it waits for a timer or a callback.
 * - `halted`: this worker must stop, because another one has taken over or the engine is stopping.
 * - `broke-down`: the invocation failed outside the workflow and may be retried.
 */
export type InvocationOutcome = 'ended' | 'suspended' | 'halted' | 'broke-down';

/** Runs the handler once, from its first line, with the checkpoints so far. Never rejects. */
export async function runInvocation(name: string, ports: InvocationPorts): Promise<InvocationOutcome> {
  let worker: Worker | undefined;
  try {
    const begun = ports.table.beginInvocation(name);
    if (begun === undefined) return 'ended';
    const state = [executionOperation(begun.execution), ...withoutPrunedChildren(begun.operations)];
    worker = createWorker(name, begun.token, state, ports);
    const first = pageOf(state, undefined);
    const event = {
      DurableExecutionArn: name,
      CheckpointToken: begun.token,
      UpdatedOperationIds: [...begun.fresh],
      InitialExecutionState: { Operations: [...first.operations], NextMarker: first.nextMarker },
    };
    const output = await ports.handler(
      new DurableExecutionInvocationInputWithClient(event, worker.client),
      lambdaContext(name),
    );
    return settle(name, output, worker.token(), ports);
  } catch (error) {
    if (worker?.halted() === true) return 'halted';
    ports.log.error('invocation-broke-down', { execution: name, reason: String(error) });
    return 'broke-down';
  }
}

function settle(
  name: string,
  output: DurableExecutionInvocationOutput,
  token: string,
  { table, log }: InvocationPorts,
): InvocationOutcome {
  function fail(error: ErrorObject): void {
    const ended = table.end(name, token, 'failed', JSON.stringify(error));
    if (ended) log.error('execution-failed', { execution: name, reason: error.ErrorMessage });
  }
  switch (output.Status) {
    case InvocationStatus.PENDING:
      return 'suspended';
    case InvocationStatus.SUCCEEDED: {
      const bytes = byteLength(output.Result ?? '');
      if (bytes <= LARGEST_PAYLOAD_BYTES) table.end(name, token, 'succeeded', output.Result ?? null);
      else fail({ ErrorType: 'ResultTooLarge', ErrorMessage: `${bytes} bytes; at most ${LARGEST_PAYLOAD_BYTES}` });
      return 'ended';
    }
    case InvocationStatus.FAILED:
      fail(output.Error);
      return 'ended';
    default:
      return assertNever(output);
  }
}

interface Worker {
  readonly client: DurableExecutionClient;
  /** The token of the last checkpoint. */
  readonly token: () => string;
  readonly halted: () => boolean;
}

/** The service's two methods, for one invocation. */
function createWorker(
  name: string,
  firstToken: string,
  state: readonly WireOperation[],
  { table, clock, log, stopping, onCheckpoint }: InvocationPorts,
): Worker {
  let token = firstToken;
  let halted = false;
  function halt(why: string): DurableExecutionClientError {
    halted = true;
    return new DurableExecutionClientError(why, { scope: DurableExecutionClientErrorScope.INVOCATION });
  }
  const client: DurableExecutionClient = {
    getExecutionState: async ({ Marker }) => {
      const { operations, nextMarker } = pageOf(state, Marker);
      return { Operations: [...operations], NextMarker: nextMarker };
    },
    checkpoint: async ({ CheckpointToken, Updates = [] }) => {
      const updates = stopping() ? withoutBeginnings(Updates) : Updates;
      const outcome = table.checkpoint(name, CheckpointToken ?? '', updates, clock());
      if (outcome.type === 'stale') {
        log.warn('worker-overtaken', { execution: name });
        throw halt(`another worker has taken over ${name}, or it has ended`);
      }
      if (outcome.type === 'refused') {
        throw new DurableExecutionClientError(outcome.reason, { scope: DurableExecutionClientErrorScope.EXECUTION });
      }
      token = outcome.token;
      onCheckpoint();
      if (stopping()) throw halt('the engine stops');
      return { CheckpointToken: token, NewExecutionState: { Operations: [...outcome.changed] } };
    },
  };
  return { client, token: () => token, halted: () => halted };
}

/**
 * Ends and retries, with what they need: a context, or the beginning of an operation that ends in the same checkpoint. A
 * step that only wants to begin has not run yet, and begins after the next start.
 */
function withoutBeginnings(updates: readonly OperationUpdate[]): OperationUpdate[] {
  const ended = new Set(updates.filter(({ Action }) => Action !== 'START').map(({ Id }) => Id));
  return updates.filter(({ Action, Type, Id }) => Action !== 'START' || Type === 'CONTEXT' || ended.has(Id));
}

/** The execution itself is the first operation of its state. */
function executionOperation({ name, input, startedAt }: KeptExecution): WireOperation {
  return {
    Id: name,
    Type: 'EXECUTION',
    Status: 'STARTED',
    StartTimestamp: new Date(startedAt),
    ExecutionDetails: { InputPayload: input },
  };
}
