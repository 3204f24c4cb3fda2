import type { OperationUpdate, WireOperation } from '@aws/durable-execution-sdk-js';

/** An operation as the service keeps it, and the moment (epoch ms) at which its timer fires, if it has one. */
export interface KeptOperation {
  readonly operation: WireOperation;
  readonly dueAt: number | null;
}

/**
 * What a checkpointed update makes of an operation: the service's own rules, checked against AWS's testing package.
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
      // A further attempt of an at-most-once step says START again before its body runs.
      return { operation: { ...operation, Status: 'STARTED' }, dueAt: null };
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
    return { operation: { ...operation, WaitDetails: { ScheduledEndTimestamp: new Date(dueAt) } }, dueAt };
  }
  const timeoutSeconds = update.Type === 'CALLBACK' ? update.CallbackOptions?.TimeoutSeconds : undefined;
  return { operation, dueAt: timeoutSeconds === undefined ? null : now + timeoutSeconds * 1_000 };
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
    return { operation: { ...ended, StepDetails: { Attempt, ...outcome } }, dueAt: null };
  }
  if (operation.Type === 'CONTEXT') {
    const ReplayChildren = update.ContextOptions?.ReplayChildren ?? operation.ContextDetails?.ReplayChildren;
    return { operation: { ...ended, ContextDetails: { ReplayChildren, ...outcome } }, dueAt: null };
  }
  return { operation: ended, dueAt: null };
}

function retry(operation: WireOperation, update: OperationUpdate, now: number): KeptOperation {
  const dueAt = now + (update.StepOptions?.NextAttemptDelaySeconds ?? 0) * 1_000;
  const StepDetails = {
    Attempt: (operation.StepDetails?.Attempt ?? 0) + 1,
    NextAttemptTimestamp: new Date(dueAt),
    Result: update.Payload,
    Error: update.Error,
  };
  return { operation: { ...operation, Status: 'PENDING', StepDetails }, dueAt };
}

/** What a timer makes of the operation that waited for it. */
export function applyTimer(operation: WireOperation, now: number): WireOperation {
  switch (operation.Type) {
    case 'WAIT':
      return { ...operation, Status: 'SUCCEEDED', EndTimestamp: new Date(now) };
    case 'STEP':
      return { ...operation, Status: 'READY' };
    case 'CALLBACK':
      return {
        ...operation,
        Status: 'TIMED_OUT',
        EndTimestamp: new Date(now),
        CallbackDetails: { ...operation.CallbackDetails, Error: { ErrorMessage: 'Callback timed out' } },
      };
    default:
      return operation;
  }
}

/** What an answer from outside makes of the callback that waited for it. */
export function applyCallback(operation: WireOperation, result: string, now: number): WireOperation {
  return {
    ...operation,
    Status: 'SUCCEEDED',
    EndTimestamp: new Date(now),
    CallbackDetails: { ...operation.CallbackDetails, Result: result },
  };
}
