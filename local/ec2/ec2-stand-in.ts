import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Fleet } from '../../lab/fleet.ts';
import { closeAtOnce, listenOnLoopback, readBody } from '../http.ts';
import { answerAction } from './answer-action.ts';
import { Ec2Failure } from './ec2-failure.ts';
import { type VpcRouteTable, vpcRouteTable } from './vpc-route-table.ts';
import { toXml } from './xml.ts';

/** How a request fails. `reply-lost`: it is carried out, but the answer does not arrive. */
export type Ec2Trouble = 'denied' | 'throttled' | 'reply-lost';

export interface Ec2StandIn {
  readonly url: string;
  /** Faults for the next requests of an action (`CreateRoute`), one for each request, in this order. */
  readonly trouble: { readonly action: string; readonly kind: Ec2Trouble }[];
  close(): Promise<void>;
}

const NAMESPACE = ' xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * The route tables of EC2 on one machine, in the service's own wire format (form-encoded query, XML answers). There is one
 * table, and it is the VPC router of the lab: needs a fleet of namespaces.
 */
export async function startEc2StandIn(fleet: Fleet): Promise<Ec2StandIn> {
  const table = vpcRouteTable(fleet);
  const trouble: Ec2StandIn['trouble'] = [];
  const server = createServer((request, response) => {
    answer(table, trouble, request, response).catch((error: unknown) => refuse(response, error));
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    trouble,
    close: () => closeAtOnce(server),
  };
}

async function answer(
  table: VpcRouteTable,
  trouble: Ec2StandIn['trouble'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const input = new URLSearchParams((await readBody(request)).toString('utf8'));
  if (request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') !== true)
    throw new Ec2Failure('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  const action = input.get('Action') ?? '';
  const wrong = take(trouble, action);
  if (wrong === 'denied')
    throw new Ec2Failure('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403);
  if (wrong === 'throttled') throw new Ec2Failure('RequestLimitExceeded', 'Request limit exceeded.', 503);
  const members = await answerAction(table, input);
  if (wrong === 'reply-lost') {
    response.destroy();
    return;
  }
  const body = typeof members === 'object' ? { requestId: randomUUID(), ...members } : members;
  reply(response, 200, toXml(`${action}Response`, body, NAMESPACE));
}

function take(trouble: Ec2StandIn['trouble'], action: string): Ec2Trouble | undefined {
  const index = trouble.findIndex((each) => each.action === action);
  return index < 0 ? undefined : trouble.splice(index, 1)[0]?.kind;
}

function refuse(response: ServerResponse, error: unknown): void {
  const failure = error instanceof Ec2Failure ? error : new Ec2Failure('InternalError', String(error), 500);
  const { code, message, status } = failure;
  const said = `<Errors>${toXml('Error', { Code: code, Message: message })}</Errors>`;
  reply(response, status, `<Response>${said}${toXml('RequestID', randomUUID())}</Response>`);
}

function reply(response: ServerResponse, status: number, body: string): void {
  // The caller may have disconnected; the request was carried out nevertheless.
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' });
  response.end(`${DECLARATION}${body}`);
}
