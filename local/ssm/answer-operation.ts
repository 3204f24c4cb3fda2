import * as z from 'zod';
import { cancelCommand } from './cancel-command.ts';
import { describeInstances } from './describe-instances.ts';
import { getCommandInvocation, listCommandInvocations, listCommands } from './read-commands.ts';
import { deleteDocument, describeDocument, getDocument, listDocuments } from './read-documents.ts';
import { sendCommand } from './send-command.ts';
import { SsmFailure } from './ssm-failure.ts';
import type { SsmWorld } from './ssm-world.ts';
import { toCommand } from './to-wire.ts';

/** `lost`: the operation was carried out, but no answer is sent. */
export type Answer = { readonly type: 'body'; readonly body: unknown } | { readonly type: 'lost' };

const operations: Readonly<Record<string, (world: SsmWorld, input: unknown) => unknown>> = {
  CancelCommand: cancelCommand,
  DeleteDocument: deleteDocument,
  DescribeDocument: describeDocument,
  DescribeInstanceInformation: describeInstances,
  GetCommandInvocation: getCommandInvocation,
  GetDocument: getDocument,
  ListCommandInvocations: listCommandInvocations,
  ListCommands: listCommands,
  ListDocuments: listDocuments,
};

/** The part of an operation's input that faults are matched against. */
const Aim = z.object({
  DocumentName: z.string().optional().catch(undefined),
  InstanceId: z.string().optional().catch(undefined),
  InstanceIds: z.array(z.string()).optional().catch(undefined),
});

/** Answers one operation of the service. Throws `SsmFailure`, and `ZodError` for input that the model does not allow. */
export async function answerOperation(world: SsmWorld, operation: string, input: unknown): Promise<Answer> {
  const { DocumentName, InstanceId, InstanceIds } = Aim.parse(input);
  const where = { operation, documentName: DocumentName, instanceId: InstanceId ?? InstanceIds?.[0] };
  if (world.faults.take('throttle', where)) throw new SsmFailure('ThrottlingException', 'Rate exceeded');
  if (operation === 'SendCommand') {
    const command = sendCommand(world, input);
    if (world.faults.take('reply-lost', where)) return { type: 'lost' };
    const invocations = world.table.get(command.commandId)?.invocations ?? [];
    return { type: 'body', body: { Command: toCommand(command, invocations) } };
  }
  const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (perform === undefined) {
    throw new SsmFailure('UnknownOperationException', `the stand-in has no operation ${operation}`);
  }
  return { type: 'body', body: await perform(world, input) };
}
