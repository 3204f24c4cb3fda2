import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { listenOnLoopback, readBody } from '../../local/http.ts';

/** A stack and its outputs. */
export interface KnownStack {
  readonly status?: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** How an answer fails: the code of the service, its message and the HTTP status. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
const SIGNED = /^AWS4-HMAC-SHA256 .*\/cloudformation\/aws4_request/;

/** CloudFormation's DescribeStacks in the service's own wire format: form-encoded query, XML answers. */
export async function startCloudFormationServer(stacks: Readonly<Record<string, KnownStack>>) {
  /** The next requests fail so, one after the other. */
  const trouble: Failure[] = [];
  const server = createServer(async (request, response) => {
    const { status, body } = answer(stacks, trouble, request, new URLSearchParams(String(await readBody(request))));
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    trouble,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function answer(
  stacks: Readonly<Record<string, KnownStack>>,
  trouble: Failure[],
  { headers }: IncomingMessage,
  input: URLSearchParams,
): { readonly status: number; readonly body: string } {
  if (!SIGNED.test(headers.authorization ?? ''))
    return refused({ code: 'MissingAuthenticationToken', message: 'Missing Authentication Token', status: 403 });
  const failure = trouble.shift();
  if (failure !== undefined) return refused(failure);
  if (input.get('Action') !== 'DescribeStacks' || input.get('Version') !== '2010-05-15')
    return refused({ code: 'InvalidAction', message: 'Could not find operation', status: 400 });
  const name = input.get('StackName') ?? '';
  const stack = stacks[name];
  if (stack === undefined)
    return refused({ code: 'ValidationError', message: `Stack with id ${name} does not exist`, status: 400 });
  return { status: 200, body: described(name, stack) };
}

function described(name: string, { status = 'CREATE_COMPLETE', outputs }: KnownStack): string {
  const members = Object.entries(outputs)
    .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
    .join('');
  const id = `arn:aws:cloudformation:eu-west-1:111122223333:stack/${name}/${randomUUID()}`;
  const stack = [
    `<StackName>${name}</StackName><StackId>${id}</StackId><StackStatus>${status}</StackStatus>`,
    `<CreationTime>2026-11-20T08:00:00.000Z</CreationTime><DisableRollback>false</DisableRollback>`,
    members === '' ? '' : `<Outputs>${members}</Outputs>`,
  ].join('');
  const result = `<DescribeStacksResult><Stacks><member>${stack}</member></Stacks></DescribeStacksResult>`;
  return `<DescribeStacksResponse xmlns="${NAMESPACE}">${result}${metadata()}</DescribeStacksResponse>`;
}

function refused({ code, message, status }: Failure): { readonly status: number; readonly body: string } {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    body: `<ErrorResponse xmlns="${NAMESPACE}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  };
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}
