import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Fleet } from '../../lab/fleet.ts';
import { closeAtOnce, listenOnLoopback, readBody } from '../http.ts';
import { answerOperation } from './answer-operation.ts';
import { type RegisteredDocument, registerDocument } from './command-document.ts';
import { CommandTable } from './command-table.ts';
import { deliver, resultUnknown } from './deliver.ts';
import { createFaults, type Faults, SsmFault } from './faults.ts';
import { SsmFailure, toValidationFailure } from './ssm-failure.ts';
import type { SsmWorld } from './ssm-world.ts';

export interface SsmStandInOptions {
  readonly fleet: Fleet;
  /** Content of every registered document, by its deployed name. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly stateDir: string;
  /** The tag whose value is the name of the instance's Kubernetes node. */
  readonly instanceTag: string;
  /** Faults that are there from the start. */
  readonly faults?: readonly SsmFault[];
  /** Epoch milliseconds; used for delivery time-outs. */
  readonly clock?: () => number;
}

export interface SsmStandIn {
  readonly url: string;
  readonly faults: Faults;
  /** The names of the registered documents. */
  documentNames(): readonly string[];
  /** Adds a document, as a deployment does. Throws `TypeError` for one that is there already or could not be run. */
  register(name: string, content: unknown): void;
  /** Removes a document, as a deployment does. */
  unregister(name: string): void;
  close(): Promise<void>;
}

/** Run Command keeps commands for 30 days. */
const KEPT_MS = 30 * 24 * 3_600 * 1_000;
/** How long a stop waits for running scripts. */
const STOP_PATIENCE_MS = 2_000;

/**
 * SSM Run Command on one machine, in the service's own wire format (aws-json 1.1): registered documents are really run,
 * on a host of the fleet. `GET`, `POST` and `DELETE /faults` control its faults.
 */
export async function startSsmStandIn(options: SsmStandInOptions): Promise<SsmStandIn> {
  const { fleet, instanceTag, clock = Date.now } = options;
  const documents = new Map<string, RegisteredDocument>();
  const register = (name: string, content: unknown) => {
    if (documents.has(name)) throw new TypeError(`document ${name} exists already`);
    documents.set(name, registerDocument(name, content, clock()));
  };
  for (const [name, content] of Object.entries(options.documents)) register(name, content);
  const faults = createFaults(options.faults);
  const table = new CommandTable(join(options.stateDir, 'ssm.sqlite'));
  const stopping = new AbortController();
  const atWork = new Set<Promise<void>>();
  const dispatch: SsmWorld['dispatch'] = (command, instanceId) => {
    const work = deliver(world, command, instanceId, stopping.signal).finally(() => atWork.delete(work));
    atWork.add(work);
  };
  const world: SsmWorld = { fleet, documents, table, faults, instanceTag, clock, dispatch };
  const server = createServer((request, response) => {
    answer(world, request, response).catch((error: unknown) => refuse(response, error));
  });
  resume(world);
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    faults,
    documentNames: () => [...documents.keys()],
    register,
    unregister: (name) => void documents.delete(name),
    close: async () => {
      const closed = closeAtOnce(server);
      stopping.abort();
      await Promise.race([Promise.all(atWork), sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
      await closed;
      table.close();
    },
  };
}

/**
 * Settles what the last process left unfinished. A pending command was never started and is delivered now; the result of a
 * running one is lost: it is never run again, and only the node's journal knows what it did.
 */
function resume({ table, dispatch, clock }: SsmWorld): void {
  table.forget(clock() - KEPT_MS);
  for (const { command, invocations } of [...table.list(undefined)].reverse()) {
    for (const invocation of invocations) {
      if (invocation.status === 'Pending') dispatch(command, invocation.instanceId);
      if (invocation.status === 'InProgress' || invocation.status === 'Cancelling') {
        table.put({ ...invocation, ...resultUnknown });
      }
    }
  }
}

async function answer(world: SsmWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await readBody(request)).toString('utf8');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/faults')
    return answerFaults(world.faults, request.method, searchParams.get('kind'), body, response);
  if (request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') !== true) {
    throw new SsmFailure('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const target = String(request.headers['x-amz-target'] ?? '');
  if (!target.startsWith('AmazonSSM.')) throw new SsmFailure('UnknownOperationException', 'no operation of SSM');
  const answered = await answerOperation(world, target.slice('AmazonSSM.'.length), parseJson(body));
  if (answered.type === 'lost') response.destroy();
  else reply(response, 200, answered.body);
}

function answerFaults(
  faults: Faults,
  method: string | undefined,
  kind: string | null,
  body: string,
  response: ServerResponse,
): void {
  if (method === 'POST') faults.add(SsmFault.parse(parseJson(body)));
  if (method === 'DELETE') faults.clear(kind === null ? undefined : SsmFault.shape.kind.parse(kind));
  reply(response, 200, { faults: faults.list() });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new SsmFailure('SerializationException', 'the body is not JSON');
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const failure = error instanceof z.ZodError ? toValidationFailure(error) : error;
  if (failure instanceof SsmFailure) reply(response, 400, { __type: failure.type, message: failure.message });
  else reply(response, 500, { __type: 'InternalServerError', message: String(error) });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  // The caller may have disconnected; the request was carried out nevertheless.
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
