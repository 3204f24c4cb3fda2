import * as z from 'zod';
import { tableDefinition } from '../../adapters/aws/table-definition.ts';
import { lambdaOperationOf, type ServiceRequest } from '../template/aws-call.ts';
import type { ServiceAnswer } from '../template/aws-gate.ts';
import { type FunctionId, functionIds, type Usage } from './usage.ts';

export interface UsageMeter {
  /** A function, by its logical id, was invoked. */
  invoked(functionId: string): void;
  /** A call was answered. */
  answered(request: ServiceRequest, answer: ServiceAnswer): void;
  /** What was counted since the last time. `logBytes`: since then. */
  take(logBytes: number): Usage;
}

const Checkpoint = z.object({ Updates: z.array(z.object({ Id: z.string() })).default([]) });
const Put = z.object({ Item: z.record(z.string(), z.unknown()) });
const Read = z.object({ ConsistentRead: z.boolean().default(false) });
const Batch = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })) });
const BatchAnswer = z.object({ Responses: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) });
const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;

/** Counts what AWS would charge for. Items are as large as their JSON on the wire, which is more than DynamoDB counts. */
export function createUsageMeter(): UsageMeter {
  let usage = nothing();
  let operations = new Set<string>();
  return {
    invoked: (functionId) => {
      const name = functionIds.find((known) => functionId.startsWith(known));
      if (name === undefined) throw new TypeError(`no price is known for ${functionId}`);
      usage.invocations[name] += 1;
    },
    answered: (request, answer) => {
      if (request.service === 'lambda') countDurable(usage, operations, request);
      else count(usage, request, answer);
    },
    take: (logBytes) => {
      const taken = { ...usage, logBytes, durableOperations: operations.size };
      usage = nothing();
      operations = new Set();
      return taken;
    },
  };
}

type Counting = { -readonly [Part in keyof Usage]: Usage[Part] };

function nothing(): Counting {
  const invocations: Record<FunctionId, number> = {
    ...{ Intake: 0, Dispatch: 0, Runbook: 0 },
    ...{ Approval: 0, Notify: 0, Sweep: 0 },
  };
  const calls = { queueRequests: 0, tableReadUnits: 0, tableWriteUnits: 0, secretReads: 0 };
  return { invocations, durableOperations: 0, durableBytes: 0, ...calls, logBytes: 0 };
}

function count(usage: Counting, request: ServiceRequest, answer: ServiceAnswer): void {
  const operation = (request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  switch (request.service) {
    case 'sqs':
      if (operation !== 'ReceiveMessage') usage.queueRequests += 1;
      return;
    case 'secretsmanager':
      usage.secretReads += 1;
      return;
    case 'dynamodb':
      // A write that its condition refused is charged as a write.
      if (operation === 'PutItem') usage.tableWriteUnits += writeUnits(request);
      else if (operation === 'BatchGetItem') usage.tableReadUnits += batchUnits(request, answer);
      else usage.tableReadUnits += readUnits(request, answer);
      return;
    default:
  }
}

function readUnits({ body }: ServiceRequest, answer: ServiceAnswer): number {
  const { ConsistentRead } = Read.parse(JSON.parse(body.toString('utf8')));
  return units(Buffer.byteLength(answer.body), READ_UNIT_BYTES) * (ConsistentRead ? 1 : 0.5);
}

/** Each item is charged by itself; one that does not exist as the smallest one. */
function batchUnits({ body }: ServiceRequest, answer: ServiceAnswer): number {
  const asked = Object.values(Batch.parse(JSON.parse(body.toString('utf8'))).RequestItems);
  const found = Object.values(BatchAnswer.parse(JSON.parse(String(answer.body))).Responses).flat();
  const missing = asked.reduce((sum, { Keys }) => sum + Keys.length, -found.length);
  return found.reduce((sum, item) => sum + units(JSON.stringify(item).length, READ_UNIT_BYTES), missing);
}

/** An item in the listing is written a second time, to the index. */
function writeUnits({ body }: ServiceRequest): number {
  const { Item } = Put.parse(JSON.parse(body.toString('utf8')));
  const isListed = tableDefinition.listing.partitionKey in Item;
  return units(body.length, WRITE_UNIT_BYTES) * (isListed ? 2 : 1);
}

/** An operation is charged once, however many checkpoints tell of it; so is the execution. */
function countDurable(usage: Counting, operations: Set<string>, request: ServiceRequest): void {
  const { operation, named } = lambdaOperationOf(request);
  const body = request.body.toString('utf8');
  if (operation === 'InvokeFunction') operations.add(request.headers['x-amz-durable-execution-name'] ?? '');
  else if (operation === 'CheckpointDurableExecution')
    for (const { Id } of Checkpoint.parse(JSON.parse(body)).Updates) operations.add(`${named} ${Id}`);
  else return;
  usage.durableBytes += request.body.length;
}

function units(bytes: number, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytes / unitBytes));
}
