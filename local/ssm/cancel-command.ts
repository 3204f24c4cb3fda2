import * as z from 'zod';
import { SsmFailure } from './ssm-failure.ts';
import type { SsmWorld } from './ssm-world.ts';

const CancelCommand = z.object({ CommandId: z.string(), InstanceIds: z.array(z.string()).optional() });

/**
 * Cancels commands that have not begun. As in the service, a running script is only marked as
 * Cancelling, runs to its end, and its true result is reported.
 */
export function cancelCommand({ table }: SsmWorld, input: unknown): unknown {
  const { CommandId, InstanceIds } = CancelCommand.parse(input);
  const listed = table.get(CommandId);
  if (listed === undefined) throw new SsmFailure('InvalidCommandId', 'The specified command ID is not valid.');
  for (const invocation of listed.invocations) {
    if (InstanceIds !== undefined && !InstanceIds.includes(invocation.instanceId)) continue;
    if (invocation.status === 'Pending') table.put({ ...invocation, status: 'Cancelled', statusDetails: 'Cancelled' });
    if (invocation.status === 'InProgress') {
      table.put({ ...invocation, status: 'Cancelling', statusDetails: 'Cancelling' });
    }
  }
  return {};
}
