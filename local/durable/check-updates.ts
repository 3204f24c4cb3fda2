import type { OperationUpdate, WireOperation } from '@aws/durable-execution-sdk-js';
import { byteLength, LARGEST_ERROR_BYTES, LARGEST_PAYLOAD_BYTES } from './service-limits.ts';

type Before = WireOperation['Status'] | 'ABSENT';

/** The statuses in which an action on an operation is allowed: the table of AWS's testing package. */
const allowed: Readonly<Record<string, Readonly<Record<string, readonly Before[]>>>> = {
  STEP: {
    START: ['ABSENT', 'READY'],
    SUCCEED: ['ABSENT', 'STARTED', 'READY'],
    FAIL: ['ABSENT', 'STARTED', 'READY'],
    RETRY: ['ABSENT', 'STARTED', 'READY'],
  },
  CONTEXT: { START: ['ABSENT'], SUCCEED: ['ABSENT', 'STARTED'], FAIL: ['ABSENT', 'STARTED'] },
  WAIT: { START: ['ABSENT'] },
  CALLBACK: { START: ['ABSENT'] },
};

/**
 * Why the service would refuse this update; undefined: it accepts it. `before` and `parent` are the operation and its
 * parent as they are now. Refused as well: chained invocations, because there is no other function on one machine, and results
 * of the execution itself, which the SDK checkpoints only beyond what an asynchronous execution may return.
 */
export function refusal(
  update: OperationUpdate,
  before: WireOperation | undefined,
  parent: WireOperation | undefined,
): string | undefined {
  const { Id: id, Type: type = '', Action: action = '' } = update;
  if (id === undefined || id === '') return 'an update needs an operation id';
  const large = tooLarge(update);
  if (large !== undefined) return large;
  const from = allowed[type]?.[action];
  if (from === undefined) return `${action} of ${type} is not supported`;
  const status: Before = before?.Status ?? 'ABSENT';
  if (!from.includes(status)) return `${action} of a ${type} that is ${status}`;
  if (before !== undefined && before.Type !== type) return `${type} under the id of a ${before.Type}`;
  if (update.ParentId !== undefined && parent?.Type !== 'CONTEXT') return 'the parent is not a context';
  return undefined;
}

function tooLarge({ Payload: payload, Error: error }: OperationUpdate): string | undefined {
  if (payload !== undefined && byteLength(payload) > LARGEST_PAYLOAD_BYTES) {
    return `a payload of ${byteLength(payload)} bytes; at most ${LARGEST_PAYLOAD_BYTES}`;
  }
  if (error !== undefined && byteLength(JSON.stringify(error)) > LARGEST_ERROR_BYTES) {
    return `an error of more than ${LARGEST_ERROR_BYTES} bytes`;
  }
  return undefined;
}
