import {
  DescribeInstanceInformationCommand,
  type DescribeInstanceInformationCommandInput,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  type InstanceInformation,
  InvocationDoesNotExist,
  paginateListCommands,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type {
  AgentStatus,
  CommandResult,
  CommandRunner,
  InstanceLookup,
  NodeCommand,
} from '../../core/runbook/node-command.ts';
import { toRestitchError } from './aws-error.ts';

export interface SsmOptions {
  /**
   * A client with `maxAttempts: 1`: SendCommand has no client token, and a retry of the SDK after a lost reply would
   * make a second command.
   */
  readonly sendClient: SSMClient;
  readonly client: SSMClient;
  /** Prefix of the deployed documents' names. */
  readonly documentPrefix: string;
  /** Tag that names the Kubernetes node on hybrid instances. */
  readonly instanceTag: string;
}

/** Delivery time-out of a command in seconds; Run Command accepts no less than 30. */
const DELIVERY_TIMEOUT_SECONDS = 30;
const TRUNCATED = '--output truncated--';
const STDOUT_LIMIT = 24_000;

/** SSM Run Command behind the `CommandRunner` port. */
export function createSsmCommandRunner(options: SsmOptions): CommandRunner {
  const { client, sendClient, documentPrefix, instanceTag } = options;
  return {
    findInstance: (nodeName, providerId) =>
      guarded(async () => {
        const instanceId = instanceIdOf(providerId);
        const filter =
          instanceId === undefined
            ? { Key: `tag:${instanceTag}`, Values: [nodeName] }
            : { Key: 'InstanceIds', Values: [instanceId] };
        const found = await describeInstances(client, { Filters: [filter] });
        return toLookup(found, instanceId ?? `${instanceTag}=${nodeName}`);
      }),
    send: async (command) => {
      try {
        const output = await sendClient.send(new SendCommandCommand(toInput(command, documentPrefix)));
        return { commandId: output.Command?.CommandId ?? '' };
      } catch (error) {
        throw toRestitchError('ssm', error, { acceptedUnlessAnswered: true });
      }
    },
    findCommand: (operationKey, instanceId) =>
      guarded(async () => {
        for await (const page of paginateListCommands({ client }, { InstanceId: instanceId })) {
          const hit = page.Commands?.find((command) => command.Comment === operationKey);
          if (hit?.CommandId !== undefined) return hit.CommandId;
        }
        return undefined;
      }),
    result: (commandId, instanceId) =>
      guarded(async () => {
        try {
          return toResult(
            await client.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId })),
          );
        } catch (error) {
          // Normal for a moment after SendCommand.
          if (error instanceof InvocationDoesNotExist) return { status: 'running' };
          throw error;
        }
      }),
  };
}

async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toRestitchError('ssm', error);
  }
}

/** `aws:///zone/i-…`, `eks-hybrid:///region/cluster/mi-…`: the last part, when it is an instance id. */
function instanceIdOf(providerId: string | undefined): string | undefined {
  const last = providerId?.split('/').at(-1) ?? '';
  return /^(i|mi)-[0-9a-f]{8,}$/.test(last) ? last : undefined;
}

async function describeInstances(
  client: SSMClient,
  input: DescribeInstanceInformationCommandInput,
): Promise<readonly InstanceInformation[]> {
  const output = await client.send(new DescribeInstanceInformationCommand(input));
  return output.InstanceInformationList ?? [];
}

function toLookup(found: readonly InstanceInformation[], wanted: string): InstanceLookup {
  const [only, ...more] = found;
  if (only?.InstanceId === undefined) return { type: 'missing', reason: `Systems Manager knows no instance ${wanted}` };
  if (more.length > 0) return { type: 'ambiguous', instanceIds: found.flatMap(({ InstanceId }) => InstanceId ?? []) };
  return { type: 'found', instanceId: only.InstanceId, agent: toAgent(only) };
}

function toAgent({ PingStatus, AgentVersion }: InstanceInformation): AgentStatus {
  return { status: PingStatus === 'Online' ? 'online' : 'offline', version: AgentVersion ?? 'unknown' };
}

function toInput(command: NodeCommand, documentPrefix: string) {
  return {
    DocumentName: `${documentPrefix}-${command.document}`,
    InstanceIds: [command.instanceId],
    Comment: command.operationKey,
    TimeoutSeconds: Math.max(DELIVERY_TIMEOUT_SECONDS, Math.min(command.timeoutSeconds, 600)),
    Parameters: Object.fromEntries(Object.entries(command.parameters).map(([name, value]) => [name, [value]])),
  };
}

function toResult(output: GetCommandInvocationCommandOutput): CommandResult {
  const stdout = output.StandardOutputContent ?? '';
  switch (output.Status) {
    case 'Pending':
    case 'InProgress':
    case 'Delayed':
    case 'Cancelling':
      return { status: 'running' };
    case 'Success':
      return { status: 'succeeded', stdout, truncated: stdout.length >= STDOUT_LIMIT || stdout.includes(TRUNCATED) };
    case 'TimedOut':
      return output.StatusDetails === 'DeliveryTimedOut'
        ? { status: 'not-delivered', reason: 'delivery timed out, which does not prove that nothing ran' }
        : { status: 'timed-out', stdout };
    case 'Failed':
      return isUndelivered(output.StatusDetails)
        ? { status: 'not-delivered', reason: output.StatusDetails ?? 'undeliverable' }
        : { status: 'failed', exitCode: output.ResponseCode ?? -1, stdout, stderr: output.StandardErrorContent ?? '' };
    default:
      return { status: 'not-delivered', reason: output.StatusDetails ?? output.Status ?? 'unknown status' };
  }
}

function isUndelivered(details: string | undefined): boolean {
  return ['Undeliverable', 'Terminated', 'InvalidPlatform', 'AccessDenied', 'DeliveryTimedOut'].includes(details ?? '');
}
