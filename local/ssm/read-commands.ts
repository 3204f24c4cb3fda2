import * as z from 'zod';
import type { ListedCommand } from './command-table.ts';
import type { KeptCommand, KeptInvocation } from './kept-command.ts';
import { PageInput, pageOf } from './page.ts';
import { SsmFailure } from './ssm-failure.ts';
import type { SsmWorld } from './ssm-world.ts';
import { statusOf, toCommand, toInvocation, toInvocationDetail } from './to-wire.ts';

const GetInvocation = z.object({ CommandId: z.string(), InstanceId: z.string(), PluginName: z.string().optional() });
const CommandFilters = z.array(z.object({ key: z.string(), value: z.string() })).default([]);
const ListInput = PageInput.extend({
  CommandId: z.string().optional(),
  InstanceId: z.string().optional(),
  Filters: CommandFilters,
  Details: z.boolean().default(false),
});
type ListInput = z.infer<typeof ListInput>;

export function getCommandInvocation(world: SsmWorld, input: unknown): unknown {
  const { CommandId, InstanceId, PluginName } = GetInvocation.parse(input);
  const command = world.table.command(CommandId);
  const invocation = world.table.invocation(CommandId, InstanceId);
  if (command === undefined || invocation === undefined || isHidden(world, command, InstanceId, 'poll')) {
    throw new SsmFailure(
      'InvocationDoesNotExist',
      'The command ID and managed node ID you specified did not match any invocations.',
    );
  }
  return toInvocationDetail(command, invocation, stepNameOf(world, command, PluginName));
}

/** The service shows one step at a time, so the step must be named. */
function stepNameOf(world: SsmWorld, command: KeptCommand, asked: string | undefined): string {
  const names = world.documents.get(command.documentName)?.document.mainSteps.map(({ name }) => name) ?? [];
  const [only = ''] = names;
  if (asked === undefined && names.length <= 1) return only;
  if (asked !== undefined && names.includes(asked)) return asked;
  throw new SsmFailure('InvalidPluginName', 'The plugin name is not valid.');
}

export function listCommands(world: SsmWorld, input: unknown): unknown {
  const parsed = ListInput.parse(input);
  const { items, next } = pageOf(commandsFor(world, parsed), parsed, ({ sequence }) => sequence);
  return { Commands: items.map(({ command, invocations }) => toCommand(command, invocations)), ...next };
}

export function listCommandInvocations(world: SsmWorld, input: unknown): unknown {
  const parsed = ListInput.parse(input);
  const { items, next } = pageOf(commandsFor(world, parsed), parsed, ({ sequence }) => sequence);
  const shown = items.flatMap(({ command, invocations }) =>
    invocations
      .filter(({ instanceId }) => parsed.InstanceId === undefined || parsed.InstanceId === instanceId)
      .map((invocation) => toInvocation(command, invocation, parsed.Details)),
  );
  return { CommandInvocations: shown, ...next };
}

function commandsFor(world: SsmWorld, { CommandId, InstanceId, Filters }: ListInput): readonly ListedCommand[] {
  const listed = CommandId === undefined ? world.table.list(InstanceId) : world.table.ofId(CommandId, InstanceId);
  return listed
    .filter(({ command }) => !isHidden(world, command, InstanceId, 'list'))
    .filter(({ command, invocations }) => Filters.every((filter) => passes(command, invocations, filter)));
}

function passes(
  command: KeptCommand,
  invocations: readonly KeptInvocation[],
  { key, value }: { readonly key: string; readonly value: string },
): boolean {
  switch (key) {
    case 'DocumentName':
      return command.documentName === value;
    case 'Status':
      return statusOf(invocations) === value;
    case 'InvokedAfter':
      return command.requestedAt > Date.parse(value);
    case 'InvokedBefore':
      return command.requestedAt < Date.parse(value);
    default:
      throw new SsmFailure('InvalidFilterKey', `The specified key ${key} is not valid.`);
  }
}

/**
 * Run Command is eventually consistent: a fresh command may be unknown for a while. Only polls count against faults with
 * a count.
 */
function isHidden(
  { faults, clock }: SsmWorld,
  command: KeptCommand,
  instanceId: string | undefined,
  by: 'poll' | 'list',
): boolean {
  const where = { documentName: command.documentName, instanceId: instanceId ?? command.instanceIds[0] };
  const milliseconds = faults.peek('delayed-visibility', where)?.milliseconds;
  if (milliseconds !== undefined) return clock() < command.requestedAt + milliseconds;
  return by === 'poll' && faults.take('delayed-visibility', where) !== undefined;
}
