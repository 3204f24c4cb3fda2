import { assertNever } from '../../../core/assert-never.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import type { CommandResult, CommandRunner, NodeCommand, SharedCommand } from '../../../core/runbook/node-command.ts';

/** What a read-only document printed, or why it could not be asked. Read-only commands are idempotent, so a lost reply needs no search. */
export type Reading =
  | { readonly type: 'printed'; readonly stdout: string }
  | { readonly type: 'unreachable'; readonly reason: string };

const SEND_ATTEMPTS = 4;
const POLL_FIRST_MS = 150;
const POLL_MOST_MS = 1_000;

export interface CommandPorts {
  readonly commands: CommandRunner;
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Sends a read-only command and waits for its end, at most the command's own timeout. */
export async function readOnlyCommand(ports: CommandPorts, command: NodeCommand): Promise<Reading> {
  const sent = await sendReadOnly(ports, () => ports.commands.send(command));
  return sent.type === 'sent' ? awaitReading(ports, sent.commandId, command) : notAccepted;
}

/**
 * The same to several instances by one command; what each of them printed. Where Run Command refuses it, which it does for all
 * when it knows one of them no more, each is asked by itself.
 */
export async function readOnlyCommands(
  ports: CommandPorts,
  { instanceIds, ...command }: SharedCommand,
): Promise<readonly Reading[]> {
  const single = (instanceId: string, index: number): NodeCommand => ({
    ...command,
    instanceId,
    operationKey: `${command.operationKey}-${index + 1}`,
  });
  const sent = await sendReadOnly(ports, () => ports.commands.sendToAll({ ...command, instanceIds }), 'at-once');
  if (sent.type === 'refused')
    return Promise.all(instanceIds.map((id, index) => readOnlyCommand(ports, single(id, index))));
  if (sent.type === 'throttled') return instanceIds.map(() => notAccepted);
  return Promise.all(instanceIds.map((instanceId) => awaitReading(ports, sent.commandId, { ...command, instanceId })));
}

async function awaitReading(ports: CommandPorts, commandId: string, command: NodeCommand): Promise<Reading> {
  const deadline = ports.clock() + command.timeoutSeconds * 1_000;
  const result = await pollUntil(ports, commandId, command.instanceId, deadline);
  switch (result.status) {
    case 'succeeded':
      return result.truncated
        ? unreachable('output was truncated by Run Command')
        : { type: 'printed', stdout: result.stdout };
    case 'failed':
      return unreachable(`exit code ${result.exitCode}: ${result.stderr.slice(0, 200)}`);
    case 'timed-out':
    case 'running':
      return unreachable(`no answer within ${command.timeoutSeconds} s`);
    case 'not-delivered':
      return unreachable(result.reason);
    default:
      return assertNever(result);
  }
}

type Sent =
  | { readonly type: 'sent'; readonly commandId: string }
  | { readonly type: 'refused' }
  | { readonly type: 'throttled' };

/** `refusal`: whether what Run Command refuses is sent again, or told at once. */
async function sendReadOnly(
  ports: CommandPorts,
  send: () => Promise<{ readonly commandId: string }>,
  refusal: 'sent-again' | 'at-once' = 'sent-again',
): Promise<Sent> {
  for (let attempt = 1; attempt <= SEND_ATTEMPTS; attempt++) {
    try {
      return { type: 'sent', ...(await send()) };
    } catch (error) {
      if (!(error instanceof RestitchError) || error.code !== 'ssm') throw error;
      if (!error.retryable && refusal === 'at-once') return { type: 'refused' };
      await ports.sleep(attempt * 500);
    }
  }
  return { type: 'throttled' };
}

/** Polls with growing pauses until the command has ended or `deadline` (epoch ms) has passed. */
export async function pollUntil(
  ports: CommandPorts,
  commandId: string,
  instanceId: string,
  deadline: number,
): Promise<CommandResult> {
  // biome-ignore lint/style/noRestrictedGlobals: the smaller of two numbers is the same on every replay
  for (let pauseMs = POLL_FIRST_MS; ; pauseMs = Math.min(pauseMs * 1.5, POLL_MOST_MS)) {
    const result = await pollOnce(ports, commandId, instanceId);
    if (result.status !== 'running' || ports.clock() >= deadline) return result;
    await ports.sleep(pauseMs);
  }
}

/** A throttled or lost poll says nothing about the command: it counts as still running. */
async function pollOnce(ports: CommandPorts, commandId: string, instanceId: string): Promise<CommandResult> {
  try {
    return await ports.commands.result(commandId, instanceId);
  } catch (error) {
    if (error instanceof RestitchError && error.retryable) return { status: 'running' };
    throw error;
  }
}

const notAccepted = unreachable('Run Command does not accept commands');

function unreachable(reason: string): Reading {
  return { type: 'unreachable', reason };
}
