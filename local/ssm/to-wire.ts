import { type CommandStatus, hasEnded, type KeptCommand, type KeptInvocation, type KeptStep } from './kept-command.ts';

/** A command as SendCommand and ListCommands show it. Times on this wire are epoch seconds. */
export function toCommand(command: KeptCommand, invocations: readonly KeptInvocation[]): unknown {
  const status = statusOf(invocations);
  const ended = invocations.filter((invocation) => hasEnded(invocation.status));
  return {
    CommandId: command.commandId,
    DocumentName: command.documentName,
    DocumentVersion: '1',
    Comment: command.comment,
    ExpiresAfter: (command.requestedAt + command.timeoutSeconds * 1_000) / 1_000,
    Parameters: command.parameters,
    InstanceIds: command.instanceIds,
    Targets: [],
    RequestedDateTime: command.requestedAt / 1_000,
    Status: status,
    StatusDetails: invocations.length === 1 ? invocations[0]?.statusDetails : status,
    TimeoutSeconds: command.timeoutSeconds,
    TargetCount: command.instanceIds.length,
    CompletedCount: ended.length,
    ErrorCount: ended.filter((invocation) => invocation.status !== 'Success').length,
    DeliveryTimedOutCount: ended.filter((invocation) => invocation.statusDetails === 'DeliveryTimedOut').length,
  };
}

/** The worst status of several instances; running as long as one of them is. */
export function statusOf(invocations: readonly KeptInvocation[]): CommandStatus {
  const order = ['InProgress', 'Cancelling', 'Pending', 'Failed', 'TimedOut', 'Cancelled'] as const;
  return order.find((status) => invocations.some((invocation) => invocation.status === status)) ?? 'Success';
}

/** As ListCommandInvocations shows it; output only with `details`. */
export function toInvocation(command: KeptCommand, invocation: KeptInvocation, details: boolean): unknown {
  return {
    CommandId: command.commandId,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: '1',
    RequestedDateTime: command.requestedAt / 1_000,
    Status: invocation.status,
    StatusDetails: invocation.statusDetails,
    CommandPlugins: details ? invocation.steps.map(toPlugin) : [],
  };
}

/** The characters of output that a listing shows of each step (API reference, CommandPlugin). */
const PLUGIN_OUTPUT = 2_500;

function toPlugin(step: KeptStep): unknown {
  return {
    Name: step.name,
    Status: step.status,
    StatusDetails: step.statusDetails,
    ResponseCode: step.responseCode,
    ResponseStartDateTime: (step.startedAt ?? 0) / 1_000,
    ResponseFinishDateTime: (step.endedAt ?? 0) / 1_000,
    Output: `${step.stdout}${step.stderr === '' ? '' : `\n----------ERROR-------\n${step.stderr}`}`.slice(
      0,
      PLUGIN_OUTPUT,
    ),
  };
}

/** As GetCommandInvocation shows one step. Before a step has ended there is no output and the response code is -1. */
export function toInvocationDetail(command: KeptCommand, invocation: KeptInvocation, stepName: string): unknown {
  const step = invocation.steps.find(({ name }) => name === stepName);
  const { startedAt = null, endedAt = null } = step ?? {};
  return {
    CommandId: command.commandId,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: '1',
    PluginName: stepName,
    ResponseCode: step?.responseCode ?? -1,
    ExecutionStartDateTime: isoOrEmpty(startedAt),
    ExecutionElapsedTime: startedAt === null || endedAt === null ? '' : `PT${(endedAt - startedAt) / 1_000}S`,
    ExecutionEndDateTime: isoOrEmpty(endedAt),
    Status: step?.status ?? invocation.status,
    StatusDetails: step?.statusDetails ?? invocation.statusDetails,
    StandardOutputContent: step?.stdout ?? '',
    StandardOutputUrl: '',
    StandardErrorContent: step?.stderr ?? '',
    StandardErrorUrl: '',
  };
}

function isoOrEmpty(time: number | null): string {
  return time === null ? '' : new Date(time).toISOString();
}
