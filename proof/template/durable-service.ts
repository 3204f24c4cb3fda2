import {
  type DurableExecutionClient,
  DurableExecutionInvocationInputWithClient,
  type DurableLambdaHandler,
  InvocationStatus,
  type OperationUpdate,
} from '@aws/durable-execution-sdk-js';
import * as z from 'zod';
import type { Log } from '../../core/log.ts';
import { createEmbeddedEngine, type EmbeddedEngine } from '../../local/durable/embedded-engine.ts';
import { lambdaOperationOf, type ServiceRequest } from './aws-call.ts';
import { errorAnswer, jsonAnswer, type Service, type ServiceAnswer } from './aws-gate.ts';
import { type BegunExecution, createBegunExecutions } from './begun-executions.ts';
import type { RunbookVersions } from './runbook-versions.ts';

const InvocationOutput = z.discriminatedUnion('Status', [
  z.object({ Status: z.literal(InvocationStatus.PENDING) }),
  z.object({ Status: z.literal(InvocationStatus.SUCCEEDED), Result: z.string().exactOptional() }),
  z.object({
    Status: z.literal(InvocationStatus.FAILED),
    Error: z.object({ ErrorType: z.string().exactOptional(), ErrorMessage: z.string().exactOptional() }),
  }),
]);

const Checkpoint = z.object({ CheckpointToken: z.string(), Updates: z.array(z.custom<OperationUpdate>()).default([]) });

export interface DurableServiceOptions {
  /** The SQLite file. */
  readonly path: string;
  /** Of the runbook, without a version. */
  readonly functionArn: string;
  readonly versions: Pick<RunbookVersions, 'live' | 'run'>;
  readonly log: Log;
}

export interface DurableService {
  readonly service: Service;
  readonly engine: EmbeddedEngine;
  /** In the order in which they began. */
  executions(): readonly BegunExecution[];
  /** The ARN of the execution that a callback belongs to; one that nobody may call where there is none. */
  executionOfCallback(callbackId: string): string;
}

/**
 * Lambda's durable functions over HTTP, for bundles in other processes: the embedded engine behind the service's own calls. An
 * execution is invoked on the version that it began on.
 */
export function createDurableService({ path, functionArn, versions, log }: DurableServiceOptions): DurableService {
  /** Of the invocations that run now, by the name of their execution. */
  const clients = new Map<string, DurableExecutionClient>();
  const handler: DurableLambdaHandler = async (input) => {
    if (!DurableExecutionInvocationInputWithClient.isInstance(input)) throw new TypeError('the engine gives a client');
    const { DurableExecutionArn: name, CheckpointToken, InitialExecutionState, durableExecutionClient } = input;
    clients.set(name, durableExecutionClient);
    try {
      const event = { DurableExecutionArn: begun.arnOf(name), CheckpointToken, InitialExecutionState };
      return InvocationOutput.parse(await versions.run(begun.versionOf(name), event));
    } finally {
      clients.delete(name);
    }
  };
  const engine = createEmbeddedEngine({ path, handler, log });
  const begun = createBegunExecutions(engine, functionArn, versions.live);
  return {
    engine,
    executions: begun.list,
    executionOfCallback: begun.ofCallback,
    service: async (request) => {
      const { operation, named, query } = lambdaOperationOf(request);
      switch (operation) {
        case 'InvokeFunction':
          await begun.start(request.headers['x-amz-durable-execution-name'] ?? '', bodyOf(request));
          return { status: 202, headers: {}, body: '' };
        case 'ListDurableExecutionsByFunction':
          return jsonAnswer(200, { DurableExecutions: await begun.find(query) });
        case 'SendDurableExecutionCallbackSuccess':
          return (await engine.completeCallback(named, bodyOf(request))) === 'completed'
            ? jsonAnswer(200, {})
            : errorAnswer(400, 'CallbackTimeoutException', 'it was completed before, or has timed out');
        default:
          return answerInvocation(request, clients);
      }
    },
  };
}

function bodyOf({ body }: ServiceRequest): unknown {
  return JSON.parse(body.toString('utf8'));
}

/** What an invocation itself calls. Only the one that runs now may do so. */
async function answerInvocation(
  request: ServiceRequest,
  clients: ReadonlyMap<string, DurableExecutionClient>,
): Promise<ServiceAnswer> {
  const { operation, named, query } = lambdaOperationOf(request);
  const client = clients.get(named.split('/').at(-2) ?? '');
  const token = { DurableExecutionArn: named, CheckpointToken: query.get('CheckpointToken') ?? '' };
  const call = {
    CheckpointDurableExecution: () => client?.checkpoint({ ...token, ...Checkpoint.parse(bodyOf(request)) }),
    GetDurableExecutionState: () => client?.getExecutionState({ ...token, Marker: query.get('Marker') ?? '' }),
  };
  if (operation !== 'CheckpointDurableExecution' && operation !== 'GetDurableExecutionState')
    return errorAnswer(404, 'ResourceNotFoundException', `${request.method} ${request.path} is not served here`);
  if (client === undefined) return errorAnswer(400, 'InvalidParameterValueException', 'Invalid Checkpoint Token');
  try {
    return jsonAnswer(200, toWire(await call[operation]()));
  } catch (error) {
    return errorAnswer(400, 'InvalidParameterValueException', String(error));
  }
}

/** Lambda's HTTP API sends times as seconds; the engine has them as ISO 8601. */
function toWire(value: unknown, name = ''): unknown {
  if (value instanceof Date || (typeof value === 'string' && name.endsWith('Timestamp')))
    return new Date(value).getTime() / 1_000;
  if (Array.isArray(value)) return value.map((inner) => toWire(inner));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWire(inner, key)]));
}
