import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { checkParameters } from './check-parameters.ts';
import type { KeptCommand } from './kept-command.ts';
import { SsmFailure } from './ssm-failure.ts';
import type { SsmWorld } from './ssm-world.ts';

/** Targets, output buckets and notifications are refused, not ignored. */
const SendCommand = z.strictObject({
  DocumentName: z.string(),
  DocumentVersion: z.enum(['1', '$DEFAULT', '$LATEST']).optional(),
  InstanceIds: z.array(z.string()).min(1).max(50),
  Comment: z.string().max(100).default(''),
  TimeoutSeconds: z.int().min(30).max(2_592_000).default(3_600),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
  MaxConcurrency: z.string().optional(),
  MaxErrors: z.string().optional(),
});

/** Checks a command as the service does, accepts it durably, and hands it to the agents. Throws `SsmFailure`. */
export function sendCommand(world: SsmWorld, input: unknown): KeptCommand {
  const { DocumentName, InstanceIds, Comment, TimeoutSeconds, Parameters } = SendCommand.parse(input);
  const registered = world.documents.get(DocumentName);
  if (registered === undefined) {
    throw new SsmFailure('InvalidDocument', `Document with name ${DocumentName} does not exist.`);
  }
  if (new Set(InstanceIds).size < InstanceIds.length) {
    throw new SsmFailure('DuplicateInstanceId', 'You cannot specify an instance ID in more than one association.');
  }
  const known = new Set(world.fleet.hosts.map(({ instanceId }) => instanceId));
  const unknown = InstanceIds.filter((instanceId) => !known.has(instanceId));
  if (unknown.length > 0) {
    throw new SsmFailure('InvalidInstanceId', `Instances [[${unknown.join(', ')}]] not in a valid state for account`);
  }
  const problem = checkParameters(registered.document, Parameters);
  if (problem !== undefined) throw new SsmFailure('InvalidParameters', problem);
  const command: KeptCommand = {
    commandId: randomUUID(),
    documentName: DocumentName,
    comment: Comment,
    parameters: Parameters,
    instanceIds: InstanceIds,
    requestedAt: world.clock(),
    timeoutSeconds: TimeoutSeconds,
  };
  world.table.accept(command);
  for (const instanceId of InstanceIds) world.dispatch(command, instanceId);
  return command;
}
