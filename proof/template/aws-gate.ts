import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback, readBody } from '../../local/http.ts';
import { type AwsCall, awsCallOf, type CallContext, type ServiceRequest } from './aws-call.ts';

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** One of the services behind the gate. */
export type Service = (request: ServiceRequest) => Promise<ServiceAnswer>;

export interface GateConnections {
  /** By the name that signatures give them. */
  readonly services: Readonly<Record<string, Service>>;
  readonly context: CallContext;
  /** Whether the role of a function (its logical id) allows a call. */
  readonly mayCall: (functionId: string, call: AwsCall) => boolean;
  /** After a call that was allowed. */
  readonly onAnswered: (request: ServiceRequest, call: AwsCall, answer: ServiceAnswer) => void;
}

export interface AwsGate {
  readonly url: string;
  /** Calls that were refused, as text. */
  readonly refused: readonly string[];
  /** The actions that each function called, by its logical id. */
  readonly called: ReadonlyMap<string, ReadonlySet<string>>;
  /** Until then every call fails. */
  connect(connections: GateConnections): void;
  close(): Promise<void>;
}

/**
 * All AWS services at one address. Who calls is in the signature: a function's access key is its logical id. What its role does not
 * allow is refused.
 */
export async function openAwsGate(): Promise<AwsGate> {
  const refused: string[] = [];
  const called = new Map<string, Set<string>>();
  let connections: GateConnections | undefined;

  async function answer(incoming: IncomingMessage): Promise<ServiceAnswer> {
    if (connections === undefined) throw new TypeError('nothing is connected yet');
    const { services, context, mayCall, onAnswered } = connections;
    const { functionId, request } = await requestOf(incoming);
    const call = awsCallOf(request, context);
    called.set(functionId, (called.get(functionId) ?? new Set()).add(call.action));
    const serve = services[request.service];
    if (serve === undefined) throw new TypeError(`${request.service} is not here`);
    if (!mayCall(functionId, call)) {
      refused.push(`${functionId}: ${call.action} on ${call.touches.map(({ arn }) => arn).join(', ')}`);
      return errorAnswer(403, 'AccessDeniedException', `${functionId} is not authorized to perform ${call.action}`);
    }
    const done = await serve(request);
    onAnswered(request, call, done);
    return done;
  }

  const server = createServer((incoming, response) => {
    void answer(incoming)
      .catch((error: unknown) => errorAnswer(500, 'InternalFailure', String(error)))
      .then((given) => send(response, given));
  });
  return {
    url: await listenOnLoopback(server, 0),
    refused,
    called,
    connect: (given) => {
      connections = given;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function requestOf(incoming: IncomingMessage) {
  const { functionId, service } = signerOf(incoming.headers.authorization ?? '');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
  const request: ServiceRequest = {
    service,
    method: incoming.method ?? '',
    path: incoming.url ?? '/',
    headers: Object.fromEntries(headers),
    body: await readBody(incoming),
  };
  return { functionId, request };
}

/** `AWS4-HMAC-SHA256 Credential=<access key>/<date>/<region>/<service>/aws4_request, …`. The signature itself is not checked. */
function signerOf(authorization: string): { readonly functionId: string; readonly service: string } {
  const [, functionId, service] = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(authorization) ?? [];
  if (functionId === undefined || service === undefined) throw new TypeError('the request is not signed');
  return { functionId, service };
}

/** In the form of the JSON protocols, with and without a header. */
export function errorAnswer(status: number, code: string, message: string): ServiceAnswer {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': code };
  return { status, headers, body: JSON.stringify({ __type: code, Type: 'User', message, Message: message }) };
}

export function jsonAnswer(status: number, body: unknown): ServiceAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function send(response: ServerResponse, { status, headers, body }: ServiceAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  response.end(body);
}

/** Headers of one connection. */
const hopByHop = new Set(['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding', 'expect']);

/** The service at this address. */
export function forwardTo(url: string): Service {
  return async ({ method, path, headers, body }) => {
    const passed = Object.entries(headers).filter(([name]) => !hopByHop.has(name));
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...Object.fromEntries(passed), 'accept-encoding': 'identity' },
      ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
    });
    const answered = [...answer.headers].filter(([name]) => !hopByHop.has(name));
    return {
      status: answer.status,
      headers: Object.fromEntries(answered),
      body: Buffer.from(await answer.arrayBuffer()),
    };
  };
}

/** Secrets Manager with these values, by a function of the id that is asked for. */
export function secretsService(secretOf: (secretId: string) => unknown): Service {
  return async ({ body }) => {
    const { SecretId } = JSON.parse(body.toString('utf8'));
    const value = secretOf(String(SecretId));
    if (value === undefined) return errorAnswer(400, 'ResourceNotFoundException', `no secret ${SecretId}`);
    return jsonAnswer(200, { ARN: SecretId, Name: SecretId, SecretString: JSON.stringify(value) });
  };
}
