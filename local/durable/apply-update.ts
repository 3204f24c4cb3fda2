import type { OperationUpdate, WireOperation } from '@aws/durable-execution-sdk-js';

/** An operation as the service keeps it, with its timers (epoch ms). */
export interface KeptOperation {
  readonly operation: WireOperation;
  /** When the next timer fires; null: there is none. */
  readonly dueAt: number | null;
  /** Callbacks only: the deadline; heartbeats do not move it. */
  readonly timeoutAt: number | null;
  /** Callbacks only: the longest time between two heartbeats. */
  readonly heartbeatSeconds: number | null;
}

/**
 * Applies a checkpointed update to an operation: the service's own rules, checked against AWS's testing package.
 * `now` is epoch milliseconds; `callbackId` names a callback that this update creates.
 */
export function applyUpdate(
  previous: KeptOperation | undefined,
  update: OperationUpdate,
  callbackId: string,
  now: number,
): KeptOperation {
  if (previous === undefined) return begin(update, callbackId, now);
  const { operation } = previous;
  switch (update.Action) {
    case 'SUCCEED':
    case 'FAIL':
      return end(operation, update, now);
    case 'RETRY':
      return retry(operation, update, now);
    case 'START':
      // A retry of an at-most-once step sends START again before its body runs.
      return untimed({ ...operation, Status: 'STARTED' });
    default:
      return previous;
  }
}

function begin(update: OperationUpdate, callbackId: string, now: number): KeptOperation {
  const operation: WireOperation = {
    Id: update.Id,
    ParentId: update.ParentId,
    Name: update.Name,
    Type: update.Type,
    SubType: update.SubType,
    StartTimestamp: new Date(now),
    Status: 'STARTED',
    ...(update.Type === 'CONTEXT' ? { ContextDetails: { ReplayChildren: update.ContextOptions?.ReplayChildren } } : {}),
    ...(update.Type === 'CALLBACK' ? { CallbackDetails: { CallbackId: callbackId } } : {}),
  };
  if (update.Action === 'SUCCEED' || update.Action === 'FAIL') return end(operation, update, now);
  if (update.Action === 'RETRY') return retry(operation, update, now);
  if (update.Type === 'WAIT') {
    const dueAt = now + (update.WaitOptions?.WaitSeconds ?? 0) * 1_000;
    return { ...untimed({ ...operation, WaitDetails: { ScheduledEndTimestamp: new Date(dueAt) } }), dueAt };
  }
  return update.Type === 'CALLBACK' ? beginCallback(operation, update, now) : untimed(operation);
}

function beginCallback(operation: WireOperation, { CallbackOptions: options }: OperationUpdate, now: number) {
  const timeoutSeconds = options?.TimeoutSeconds;
  const heartbeatSeconds = options?.HeartbeatTimeoutSeconds ?? null;
  const timeoutAt = timeoutSeconds === undefined ? null : now + timeoutSeconds * 1_000;
  return applyHeartbeat({ operation, dueAt: null, timeoutAt, heartbeatSeconds }, now);
}

/** A heartbeat moves the heartbeat deadline, never the deadline of the callback. */
export function applyHeartbeat(kept: KeptOperation, now: number): KeptOperation {
  const { timeoutAt, heartbeatSeconds } = kept;
  const ends = [timeoutAt, heartbeatSeconds === null ? null : now + heartbeatSeconds * 1_000];
  const known = ends.filter((end) => end !== null);
  return { ...kept, dueAt: known.length === 0 ? null : Math.min(...known) };
}

/** An operation without timers. */
function untimed(operation: WireOperation): KeptOperation {
  return { operation, dueAt: null, timeoutAt: null, heartbeatSeconds: null };
}

function end(operation: WireOperation, update: OperationUpdate, now: number): KeptOperation {
  const ended: WireOperation = {
    ...operation,
    Status: update.Action === 'SUCCEED' ? 'SUCCEEDED' : 'FAILED',
    EndTimestamp: new Date(now),
  };
  const outcome = { Result: update.Payload, Error: update.Error };
  if (operation.Type === 'STEP') {
    const Attempt = (operation.StepDetails?.Attempt ?? 0) + 1;
    return untimed({ ...ended, StepDetails: { Attempt, ...outcome } });
  }
  if (operation.Type === 'CONTEXT') {
    const ReplayChildren = update.ContextOptions?.ReplayChildren ?? operation.ContextDetails?.ReplayChildren;
    return untimed({ ...ended, ContextDetails: { ReplayChildren, ...outcome } });
  }
  return untimed(ended);
}

function retry(operation: WireOperation, update: OperationUpdate, now: number): KeptOperation {
  const dueAt = now + (update.StepOptions?.NextAttemptDelaySeconds ?? 0) * 1_000;
  const StepDetails = {
    Attempt: (operation.StepDetails?.Attempt ?? 0) + 1,
    NextAttemptTimestamp: new Date(dueAt),
    Result: update.Payload,
    Error: update.Error,
  };
  return { ...untimed({ ...operation, Status: 'PENDING', StepDetails }), dueAt };
}

/** The operation after its timer has fired. */
export function applyTimer({ operation, timeoutAt }: KeptOperation, now: number): KeptOperation {
  switch (operation.Type) {
    case 'WAIT':
      return untimed({ ...operation, Status: 'SUCCEEDED', EndTimestamp: new Date(now) });
    case 'STEP':
      return untimed({ ...operation, Status: 'READY' });
    case 'CALLBACK': {
      const silent = timeoutAt === null || now < timeoutAt;
      const ErrorMessage = silent ? 'Callback timed out on heartbeat' : 'Callback timed out';
      const CallbackDetails = { ...operation.CallbackDetails, Error: { ErrorMessage } };
      return untimed({ ...operation, Status: 'TIMED_OUT', EndTimestamp: new Date(now), CallbackDetails });
    }
    default:
      return untimed(operation);
  }
}

/** The callback after it was completed from outside. */
export function applyCallback({ operation }: KeptOperation, result: string, now: number): KeptOperation {
  const CallbackDetails = { ...operation.CallbackDetails, Result: result };
  return untimed({ ...operation, Status: 'SUCCEEDED', EndTimestamp: new Date(now), CallbackDetails });
}
