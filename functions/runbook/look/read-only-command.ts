import { assertNever } from '../../../core/assert-never.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import type { CommandResult, CommandRunner, NodeCommand, SharedCommand } from '../../../core/runbook/node-command.ts';
import { kindOf, paceOf } from './pace.ts';

/** What a read-only document printed, or why it could not be asked. Read-only commands are idempotent, so a lost reply needs no search. */
export type Reading =
  | { readonly type: 'printed'; readonly stdout: string }
  | { readonly type: 'unreachable'; readonly reason: string };

const SEND_ATTEMPTS = 4;
const PAUSE_MS = 100;
const PAUSE_GROWTH = 1.25;
const LONGEST_PAUSE_MS = 500;

export interface CommandPorts {
  readonly commands: CommandRunner;
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Sends a read-only command and waits for its end, at most the command's own timeout. */
export async function readOnlyCommand(ports: CommandPorts, command: NodeCommand): Promise<Reading> {
  const sent = await sendReadOnly(ports, () => ports.commands.send(command));
  if (sent.type !== 'sent') return notAccepted;
  const [reading = notAccepted] = await awaitReadings(ports, sent.commandId, {
    ...command,
    instanceIds: [command.instanceId],
  });
  return reading;
}

/**
 * The same to several instances by one command; what each of them printed. Where Run Command refuses it, which it does for all
 * when it knows one of them no more, each is asked by itself.
 */
export async function readOnlyCommands(ports: CommandPorts, shared: SharedCommand): Promise<readonly Reading[]> {
  const { instanceIds, ...command } = shared;
  const single = (instanceId: string, index: number): NodeCommand => ({
    ...command,
    instanceId,
    operationKey: `${command.operationKey}-${index + 1}`,
  });
  const sent = await sendReadOnly(ports, () => ports.commands.sendToAll(shared), 'at-once');
  if (sent.type === 'refused')
    return Promise.all(instanceIds.map((id, index) => readOnlyCommand(ports, single(id, index))));
  if (sent.type === 'throttled') return instanceIds.map(() => notAccepted);
  return awaitReadings(ports, sent.commandId, shared);
}

async function awaitReadings(
  ports: CommandPorts,
  commandId: string,
  command: SharedCommand,
): Promise<readonly Reading[]> {
  const { instanceIds, timeoutSeconds } = command;
  const sentAt = ports.clock();
  const sent = { commandId, kind: kindOf(command), instanceIds, sentAt };
  const results = await pollUntil(ports, sent, sentAt + timeoutSeconds * 1_000);
  return results.map((result) => toReading(result, timeoutSeconds));
}

function toReading(result: CommandResult, timeoutSeconds: number): Reading {
  switch (result.status) {
    case 'succeeded':
      return result.truncated
        ? unreachable('output was truncated by Run Command')
        : { type: 'printed', stdout: result.stdout };
    case 'failed':
      return unreachable(`exit code ${result.exitCode}: ${result.stderr.slice(0, 200)}`);
    case 'timed-out':
    case 'running':
      return unreachable(`no answer within ${timeoutSeconds} s`);
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

/** A command that Run Command accepted. */
export interface SentCommand {
  readonly commandId: string;
  /** `kindOf` it. */
  readonly kind: string;
  /** At least one. */
  readonly instanceIds: readonly string[];
  /** Epoch milliseconds. Undefined: long ago, so that it is asked for an answer at once, and says nothing of the pace. */
  readonly sentAt?: number | undefined;
}

/**
 * Polls with growing pauses until the command has ended on every instance or `deadline` (epoch ms) has passed. Returns the result of
 * each, in the order of the instances. Of several one request tells which are still at work: only the others are asked.
 */
export async function pollUntil(
  ports: CommandPorts,
  { commandId, kind, instanceIds, sentAt }: SentCommand,
  deadline: number,
): Promise<readonly CommandResult[]> {
  const pace = paceOf(ports.commands);
  const results = new Map<string, CommandResult>();
  if (sentAt !== undefined) await ports.sleep(pace.firstPauseMs(kind));
  // biome-ignore lint/style/noRestrictedGlobals: the smaller of two numbers is the same on every replay
  for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS)) {
    const left = instanceIds.filter((instanceId) => !results.has(instanceId));
    const asked = await worthAsking(ports, { commandId, instanceIds: left });
    const polled = await Promise.all(asked.map((instanceId) => pollOnce(ports, commandId, instanceId)));
    for (const [index, instanceId] of asked.entries()) {
      const result = polled[index];
      if (result === undefined || result.status === 'running') continue;
      results.set(instanceId, result);
      if (sentAt !== undefined) pace.took(kind, ports.clock() - sentAt);
    }
    if (results.size === instanceIds.length || ports.clock() >= deadline)
      return instanceIds.map((instanceId) => results.get(instanceId) ?? { status: 'running' });
    await ports.sleep(pauseMs);
  }
}

/** All but those of which Run Command says that they are at work. Where it lists nothing, that is every one. */
async function worthAsking(
  ports: CommandPorts,
  { commandId, instanceIds }: Pick<SentCommand, 'commandId' | 'instanceIds'>,
): Promise<readonly string[]> {
  if (instanceIds.length === 1) return instanceIds;
  try {
    const underWay = await ports.commands.listUnderWay(commandId);
    return instanceIds.filter((instanceId) => !underWay.includes(instanceId));
  } catch (error) {
    if (error instanceof RestitchError) return error.retryable ? [] : instanceIds;
    throw error;
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
