import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import type { Fleet, FleetHost } from '../../lab/fleet.ts';
import { listenOnLoopback, readBody } from '../http.ts';
import { CommandTable, type KeptCommand } from './command-table.ts';
import { createFaults, type Faults, SsmFault } from './faults.ts';
import { bindParameters, CommandDocument } from './parameters.ts';
import { runOnNode } from './run-on-node.ts';

export interface SsmStandInOptions {
  readonly fleet: Fleet;
  /** Content of every registered document, by its deployed name. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly stateDir: string;
  /** Tag that names the Kubernetes node on hybrid instances. */
  readonly instanceTag: string;
}

export interface SsmStandIn {
  readonly url: string;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** An AWS error answer: its type is the SDK's exception name. */
class SsmFailure extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const SendCommand = z.object({
  DocumentName: z.string(),
  InstanceIds: z.array(z.string()).length(1),
  Comment: z.string().max(100, 'Comment is longer than 100 characters').default(''),
  TimeoutSeconds: z.int().min(30).max(2_592_000).optional(),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
});
const Filters = z.array(z.object({ Key: z.string(), Values: z.array(z.string()) })).default([]);
const GetInvocation = z.object({ CommandId: z.string(), InstanceId: z.string() });
const ListCommands = z.object({ InstanceId: z.string().optional(), NextToken: z.string().optional() });

const AGENT_VERSION = '3.3.2746.0';
const OLD_AGENT_VERSION = '3.3.1611.0';
const PAGE = 50;

/**
 * SSM Run Command on one machine, in the service's own wire format (aws-json 1.1): registered documents are really run,
 * on a host of the fleet. `POST /faults` and `DELETE /faults` make trouble on purpose.
 */
export async function startSsmStandIn(options: SsmStandInOptions): Promise<SsmStandIn> {
  const { fleet } = options;
  const documents = new Map(
    Object.entries(options.documents).map(([name, content]) => [name, CommandDocument.parse(content)]),
  );
  const table = new CommandTable(join(options.stateDir, 'ssm.sqlite'));
  const faults = createFaults();
  for (const command of table.list(undefined)) {
    // The agent's connection broke with the last process; whether the script ended, only the node knows.
    if (command.status === 'Pending' || command.status === 'InProgress') {
      table.put({ ...command, status: 'Failed', statusDetails: 'Terminated', responseCode: -1 });
    }
  }

  const hostOf = (instanceId: string) => fleet.hosts.find((host) => host.instanceId === instanceId);

  function send(input: z.infer<typeof SendCommand>): { readonly command: KeptCommand; readonly replyLost: boolean } {
    const [instanceId = ''] = input.InstanceIds;
    const where = { documentName: input.DocumentName, instanceId };
    if (faults.strikes('throttle', where)) throw new SsmFailure('ThrottlingException', 'Rate exceeded');
    const document = documents.get(input.DocumentName);
    if (document === undefined)
      throw new SsmFailure('InvalidDocument', `Document with name ${input.DocumentName} does not exist.`);
    const host = hostOf(instanceId);
    if (host === undefined)
      throw new SsmFailure('InvalidInstanceId', `Instances [[${instanceId}]] not in a valid state for account`);
    const agent = faults.strikes('agent-too-old', where) ? 'too-old' : 'current';
    const bound = bindParameters(document, input.Parameters, agent);
    if (bound.type === 'invalid') throw new SsmFailure('InvalidParameters', bound.message);
    const command: KeptCommand = {
      commandId: randomUUID(),
      instanceId,
      documentName: input.DocumentName,
      comment: input.Comment,
      requestedAt: Date.now(),
      status: 'Pending',
      statusDetails: 'Pending',
      responseCode: -1,
      stdout: '',
      stderr: '',
    };
    table.put(command);
    void execute(command, host, bound);
    return { command, replyLost: faults.strikes('reply-lost', where) };
  }

  async function execute(command: KeptCommand, host: FleetHost, bound: Parameters<typeof runOnNode>[2]): Promise<void> {
    const where = { documentName: command.documentName, instanceId: command.instanceId };
    if (faults.strikes('agent-offline', where) || faults.strikes('not-delivered', where)) {
      table.put({ ...command, status: 'TimedOut', statusDetails: 'DeliveryTimedOut' });
      return;
    }
    if (faults.strikes('document-fails', where)) {
      table.put({ ...command, status: 'Failed', statusDetails: 'Failed', responseCode: 1, stderr: 'made to fail\n' });
      return;
    }
    table.put({ ...command, status: 'InProgress', statusDetails: 'InProgress' });
    const outcome = await runOnNode(fleet, host.name, bound);
    const lost = faults.strikes('result-lost', where);
    if (!closed) table.put({ ...command, ...(lost ? { status: 'Failed', statusDetails: 'Terminated' } : outcome) });
  }

  function describeInstances(filters: z.infer<typeof Filters>): unknown {
    const matches = (host: FleetHost) =>
      filters.every(({ Key, Values }) => {
        if (Key === 'InstanceIds') return Values.includes(host.instanceId);
        return Key === `tag:${options.instanceTag}` && Values.includes(host.name) && host.instanceId.startsWith('mi-');
      });
    return {
      InstanceInformationList: fleet.hosts.filter(matches).map((host) => ({
        InstanceId: host.instanceId,
        PingStatus: faults.strikes('agent-offline', { instanceId: host.instanceId }) ? 'ConnectionLost' : 'Online',
        AgentVersion: faults.strikes('agent-too-old', { instanceId: host.instanceId })
          ? OLD_AGENT_VERSION
          : AGENT_VERSION,
        ComputerName: host.name,
        ResourceType: host.instanceId.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance',
        PlatformType: 'Linux',
      })),
    };
  }

  function getInvocation({ CommandId, InstanceId }: z.infer<typeof GetInvocation>): unknown {
    const command = table.get(CommandId);
    const hidden = faults.strikes('delayed-visibility', { instanceId: InstanceId });
    if (command?.instanceId !== InstanceId || hidden) {
      throw new SsmFailure(
        'InvocationDoesNotExist',
        'The command ID and managed node ID you specified did not match any invocations.',
      );
    }
    return {
      CommandId,
      InstanceId,
      Comment: command.comment,
      DocumentName: command.documentName,
      Status: command.status,
      StatusDetails: command.statusDetails,
      ResponseCode: command.responseCode,
      StandardOutputContent: command.stdout,
      StandardErrorContent: command.stderr,
    };
  }

  function listCommands({ InstanceId, NextToken }: z.infer<typeof ListCommands>): unknown {
    const from = Number(NextToken ?? 0);
    const all = table.list(InstanceId);
    return {
      Commands: all.slice(from, from + PAGE).map(toWire),
      ...(all.length > from + PAGE ? { NextToken: String(from + PAGE) } : {}),
    };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBody(request)).toString('utf8');
    if (request.url === '/faults') return answerFaults(request.method, body, response);
    if (request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') !== true) {
      return reply(response, 400, {
        __type: 'MissingAuthenticationTokenException',
        message: 'Missing Authentication Token',
      });
    }
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^AmazonSSM\./, '');
    const input: unknown = JSON.parse(body || '{}');
    switch (operation) {
      case 'SendCommand': {
        const { command, replyLost } = send(SendCommand.parse(input));
        if (replyLost) return void response.destroy();
        return reply(response, 200, { Command: toWire(command) });
      }
      case 'GetCommandInvocation':
        return reply(response, 200, getInvocation(GetInvocation.parse(input)));
      case 'ListCommands':
        return reply(response, 200, listCommands(ListCommands.parse(input)));
      case 'DescribeInstanceInformation':
        return reply(response, 200, describeInstances(Filters.parse(z.object({ Filters }).parse(input).Filters)));
      default:
        return reply(response, 400, {
          __type: 'UnknownOperationException',
          message: `the stand-in has no ${operation}`,
        });
    }
  }

  function answerFaults(method: string | undefined, body: string, response: ServerResponse): void {
    if (method === 'DELETE') faults.clear();
    else faults.add(SsmFault.parse(JSON.parse(body)));
    reply(response, 200, {});
  }

  let closed = false;
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => reply(response, 400, toFailure(error)));
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    faults,
    close: async () => {
      closed = true;
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      table.close();
    },
  };
}

function toWire({
  commandId,
  instanceId,
  documentName,
  comment,
  requestedAt,
  status,
  statusDetails,
}: KeptCommand): unknown {
  return {
    CommandId: commandId,
    InstanceIds: [instanceId],
    DocumentName: documentName,
    Comment: comment,
    RequestedDateTime: requestedAt / 1_000,
    Status: status,
    StatusDetails: statusDetails,
  };
}

function toFailure(error: unknown): { readonly __type: string; readonly message: string } {
  if (error instanceof SsmFailure) return { __type: error.type, message: error.message };
  return {
    __type: 'ValidationException',
    message: error instanceof z.ZodError ? z.prettifyError(error) : String(error),
  };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
