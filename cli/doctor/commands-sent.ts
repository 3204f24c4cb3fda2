import { paginateListCommands, type SSMClient } from '@aws-sdk/client-ssm';
import { HASH_DIGITS } from '../../adapters/aws/document-name.ts';

/** A command of an incident, as Run Command itself has it. */
export interface SentCommand {
  readonly document: string;
  /** Its comment: the operation key. */
  readonly operationKey: string;
}

/** Run Command may know a command a moment before `since` by its own clock. */
const SLACK_MS = 60_000;

/** The commands of an incident to any node that did more than look, whatever its receipt says. `since` is epoch milliseconds. */
export async function actingCommands(
  client: SSMClient,
  { incidentId, since, prefix }: { readonly incidentId: string; readonly since: number; readonly prefix: string },
): Promise<readonly SentCommand[]> {
  const looks = new RegExp(`^${prefix}-diagnose-[0-9a-f]{${HASH_DIGITS}}$`);
  const after = `${new Date(since - SLACK_MS).toISOString().slice(0, 19)}Z`;
  const found: SentCommand[] = [];
  for await (const page of paginateListCommands({ client }, { Filters: [{ key: 'InvokedAfter', value: after }] }))
    for (const { DocumentName: document = '', Comment: operationKey = '' } of page.Commands ?? [])
      if (operationKey.startsWith(`${incidentId}.`) && !looks.test(document)) found.push({ document, operationKey });
  return found;
}
