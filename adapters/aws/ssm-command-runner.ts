import {
  GetCommandInvocationCommand,
  type InstanceInformation,
  type InstanceInformationStringFilter,
  InvocationDoesNotExist,
  paginateDescribeInstanceInformation,
  paginateListCommandInvocations,
  paginateListCommands,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { instanceIdOf } from '../../core/cloud/instance-id.ts';
import { matchesName } from '../../core/cloud/name-pattern.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { describeOldAgent, isAgentTooOld } from '../../core/runbook/agent-version.ts';
import type { CommandRunner, DocumentName, InstanceLookup, SharedCommand } from '../../core/runbook/node-command.ts';
import { toRestitchError } from './aws-error.ts';
import { isUnderWay, toCommandResult } from './ssm-command-result.ts';
import { toSendError } from './ssm-send-error.ts';

export interface SsmOptions {
  /**
   * A client with `maxAttempts: 1`: SendCommand has no client token, and a retry of the SDK after a lost reply would
   * make a second command.
   */
  readonly sendClient: SSMClient;
  readonly client: SSMClient;
  /** The deployed names of the documents that may be run. */
  readonly documents: Readonly<Partial<Record<DocumentName, string>>>;
  /** The tag whose value is the name of the instance's Kubernetes node. */
  readonly instanceTag: string;
  /** What the tag may say, with `*` and `?`: the instances of other clusters may have the same tag. Absent: anything. */
  readonly nodeNames?: readonly string[];
}

/** Delivery time-out of a command in seconds; Run Command accepts no less than 30. */
const DELIVERY_TIMEOUT_SECONDS = 30;
const MOST_DELIVERY_TIMEOUT_SECONDS = 600;
/** The longest Comment that SendCommand takes, in characters. */
const LONGEST_KEY = 100;

/** SSM Run Command behind the `CommandRunner` port. */
export function createSsmCommandRunner(options: SsmOptions): CommandRunner {
  const { client, instanceTag, nodeNames } = options;
  return {
    findInstance: (nodeName, providerId) =>
      guarded(async () => {
        if (nodeNames?.some((pattern) => matchesName(pattern, nodeName)) === false) {
          const reason = `${nodeName} is none of ${nodeNames.join(', ')}: add it to nodeNames of its cluster`;
          return { type: 'missing', reason };
        }
        const filter = { Key: `tag:${instanceTag}`, Values: [nodeName] };
        return toLookup(await describeInstances(client, filter), instanceIdOf(providerId), { instanceTag, nodeName });
      }),
    send: ({ instanceId, ...command }) => send(options, { ...command, instanceIds: [instanceId] }),
    sendToAll: (command) => send(options, command),
    findCommand: (operationKey, instanceId) =>
      guarded(async () => {
        for await (const page of paginateListCommands({ client, pageSize: 50 }, { InstanceId: instanceId })) {
          const hit = page.Commands?.find((command) => command.Comment === operationKey);
          if (hit?.CommandId !== undefined) return hit.CommandId;
        }
        return undefined;
      }),
    listUnderWay: (commandId) =>
      guarded(async () => {
        const found: string[] = [];
        // Without details: what is printed there is cut at 2,500 characters.
        for await (const page of paginateListCommandInvocations({ client, pageSize: 50 }, { CommandId: commandId }))
          for (const { InstanceId, Status } of page.CommandInvocations ?? [])
            if (InstanceId !== undefined && isUnderWay(Status)) found.push(InstanceId);
        return found;
      }),
    result: (commandId, instanceId) =>
      guarded(async () => {
        try {
          const input = { CommandId: commandId, InstanceId: instanceId };
          return toCommandResult(await client.send(new GetCommandInvocationCommand(input)));
        } catch (error) {
          // Expected for a short time after SendCommand.
          if (error instanceof InvocationDoesNotExist) return { status: 'running' };
          throw error;
        }
      }),
  };
}

async function send({ sendClient, documents }: SsmOptions, command: SharedCommand): Promise<{ commandId: string }> {
  await mustSendOnce(sendClient);
  const input = toInput(command, documents);
  const commandId = await sendClient.send(new SendCommandCommand(input)).then(
    ({ Command }) => Command?.CommandId,
    (error: unknown) => {
      throw toSendError(error);
    },
  );
  if (commandId === undefined) throw refusal('SendCommand answered without a command id');
  return { commandId };
}

async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toRestitchError('ssm', error);
  }
}

/** A filtered answer may come in several pages, of which the first may be empty. */
async function describeInstances(
  client: SSMClient,
  filter: InstanceInformationStringFilter,
): Promise<readonly InstanceInformation[]> {
  const found: InstanceInformation[] = [];
  for await (const page of paginateDescribeInstanceInformation({ client }, { Filters: [filter] })) {
    found.push(...(page.InstanceInformationList ?? []));
  }
  return found;
}

/**
 * The tag decides, because only the account's administrators set it. `spec.providerID`, which a kubelet writes, may name no
 * other instance than the tagged one. `provided`: the instance that it names, if any.
 */
function toLookup(
  found: readonly InstanceInformation[],
  provided: string | undefined,
  { instanceTag, nodeName }: { readonly instanceTag: string; readonly nodeName: string },
): InstanceLookup {
  const tag = `the tag ${instanceTag} with the value ${nodeName}`;
  const [only, ...more] = found;
  if (only?.InstanceId === undefined) {
    const which = provided ?? 'the instance of this node';
    return { type: 'missing', reason: `no instance in Systems Manager has ${tag}: give it to ${which}` };
  }
  if (more.length > 0) {
    const instanceIds = found.flatMap(({ InstanceId }) => InstanceId ?? []);
    const reason = `several instances have ${tag}: ${instanceIds.join(', ')}. Leave it on the one of this node`;
    return { type: 'ambiguous', instanceIds, reason };
  }
  if (provided !== undefined && provided !== only.InstanceId) {
    const reason = `spec.providerID of ${nodeName} names ${provided}, but ${only.InstanceId} has ${tag}: one of the two is wrong`;
    return { type: 'missing', reason };
  }
  const { InstanceId: instanceId, PingStatus: ping, AgentVersion: version = 'unknown' } = only;
  if (isAgentTooOld(version)) {
    return { type: 'too-old', instanceId, version, reason: describeOldAgent(instanceId, version) };
  }
  return { type: 'found', instanceId, agent: { status: ping === 'Online' ? 'online' : 'offline', version } };
}

/** Refuses a client that retries: after a lost reply it would send a second command. */
async function mustSendOnce(sendClient: SSMClient): Promise<void> {
  const attempts = await sendClient.config.maxAttempts();
  if (attempts !== 1) {
    throw new RestitchError('configuration', `the client for SendCommand makes ${attempts} attempts instead of 1`, {
      retryable: false,
    });
  }
}

function refusal(message: string): RestitchError {
  return new RestitchError('ssm', message, { retryable: false });
}

function toInput(command: SharedCommand, documents: SsmOptions['documents']) {
  if (command.operationKey.length > LONGEST_KEY) {
    throw refusal(`operation key of ${command.operationKey.length} characters: a Comment takes ${LONGEST_KEY}`);
  }
  const name = documents[command.document];
  if (name === undefined) throw refusal(`no document ${command.document} was deployed with this function`);
  const deliverySeconds = Math.min(Math.ceil(command.timeoutSeconds), MOST_DELIVERY_TIMEOUT_SECONDS);
  return {
    DocumentName: name,
    // The only version under this name. Another one would be somebody's change.
    DocumentVersion: '1',
    InstanceIds: [...command.instanceIds],
    // What fails on one node must not keep the command from another; Run Command's default is no error at all.
    ...(command.instanceIds.length > 1 ? { MaxErrors: '100%' } : {}),
    Comment: command.operationKey,
    TimeoutSeconds: Math.max(DELIVERY_TIMEOUT_SECONDS, deliverySeconds),
    Parameters: Object.fromEntries(Object.entries(command.parameters).map(([name, value]) => [name, [value]])),
  };
}
