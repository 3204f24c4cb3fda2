import type { CommandInvocationStatus, GetCommandInvocationCommandOutput } from '@aws-sdk/client-ssm';
import type { CommandResult } from '../../core/runbook/node-command.ts';

/** The agent appends this to output that it cut at 24,000 characters (amazon-ssm-agent, pluginutil). */
const TRUNCATED = '--output truncated--';
const STDOUT_LIMIT = 24_000;

/** Final states that leave open whether anything ran. */
const unproven: Readonly<Record<string, string>> = {
  DeliveryTimedOut: 'delivery timed out, which does not prove that nothing ran',
  Undeliverable: 'undeliverable: the node does not exist or does not answer',
  Terminated: 'terminated by Run Command',
  InvalidPlatform: 'the document is not for the platform of the node',
  AccessDenied: 'the node was denied access to the command',
  Cancelled: 'cancelled, which does not prove that nothing ran',
};

const underWay: readonly (CommandInvocationStatus | undefined)[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];

/** Whether a command with this state may still end otherwise. */
export function isUnderWay(status: CommandInvocationStatus | undefined): boolean {
  return underWay.includes(status);
}

/** Translates the answer of GetCommandInvocation. An unknown state proves neither success nor failure. */
export function toCommandResult(output: GetCommandInvocationCommandOutput): CommandResult {
  const stdout = output.StandardOutputContent ?? '';
  // The console and some APIs write "Delivery Timed Out".
  const details = (output.StatusDetails ?? '').replaceAll(' ', '');
  if (isUnderWay(output.Status)) return { status: 'running' };
  switch (output.Status) {
    case 'Success':
      return { status: 'succeeded', stdout, truncated: isTruncated(stdout) };
    case 'TimedOut':
      return details === 'DeliveryTimedOut' ? undelivered(details) : { status: 'timed-out', stdout };
    case 'Failed':
      if (details !== '' && details !== 'Failed') return undelivered(details);
      return {
        status: 'failed',
        exitCode: output.ResponseCode ?? -1,
        stdout,
        stderr: output.StandardErrorContent ?? '',
      };
    default:
      return undelivered(details === '' ? (output.Status ?? 'no status') : details);
  }
}

function undelivered(details: string): CommandResult {
  return { status: 'not-delivered', reason: unproven[details] ?? `Run Command says ${details}` };
}

function isTruncated(stdout: string): boolean {
  return stdout.length > STDOUT_LIMIT || stdout.trimEnd().endsWith(TRUNCATED);
}
