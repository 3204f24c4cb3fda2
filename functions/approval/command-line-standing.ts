import * as z from 'zod';
import { callerName } from '../../core/safety/approver.ts';
import { StandingScope } from '../../core/safety/standing-approval.ts';
import { readApproverLists } from './approver-lists.ts';
import { type DecideSettings, GROUP_UNKNOWN, NOT_ON_LIST } from './decide.ts';
import { describeStanding, giveStanding, type StandingPorts } from './give-standing.ts';
import { endStanding } from './standing-orders.ts';

/** The body that `restitch standing allow` and `restitch standing revoke` post. Who orders is not in it. */
export const CommandLineStanding = z.discriminatedUnion('standing', [
  z.strictObject({
    standing: z.literal('allow'),
    scope: StandingScope,
    most: z.int(),
    minutes: z.number(),
    request: z
      .string()
      .regex(/^[\w-]{8,64}$/)
      .describe('the same where the order is sent again: it gives one'),
  }),
  z.strictObject({ standing: z.literal('revoke'), number: z.int().positive() }),
]);

export type CommandLineStanding = z.infer<typeof CommandLineStanding>;

/** What became of it. */
export type StandingAnswer =
  | { readonly given: string; readonly number: number }
  | { readonly ended: number }
  | { readonly refused: string };

/** Does for a caller whom AWS knows what `/restitch allow` and `revoke` do, by the same rules. Throws `RestitchError` (code `store`). */
export async function orderStanding(
  order: CommandLineStanding,
  caller: string,
  ports: StandingPorts,
  settings: DecideSettings,
): Promise<StandingAnswer> {
  if (order.standing === 'revoke') return revoke(order.number, caller, ports, settings);
  const { scope, most, minutes, request } = order;
  const by = { id: caller, name: callerName(caller), through: 'command-line' as const };
  // Nobody gets the standing approval of another by sending the same request.
  const from = `command line ${caller} ${request}`;
  const given = await giveStanding({ scope, most, minutes, by, from }, ports, settings);
  if (given.type === 'refused') return { refused: given.why };
  return { given: describeStanding(given.standing), number: given.standing.number };
}

/** Any approver of the general list may end what another has given. */
async function revoke(
  number: number,
  caller: string,
  ports: StandingPorts,
  { approvers }: DecideSettings,
): Promise<StandingAnswer> {
  const onList = (await readApproverLists(caller, [approvers], ports.groups))(approvers);
  const forbidden = onList === 'yes' ? undefined : onList === 'unknown' ? GROUP_UNKNOWN : NOT_ON_LIST;
  if (forbidden !== undefined) {
    ports.log.warn('command-refused', { by: caller, order: 'revoke', reason: forbidden });
    return { refused: forbidden };
  }
  ports.log.info('command', { by: caller, order: 'revoke' });
  const ended = await endStanding(number, caller, ports);
  return ended ? { ended: number } : { refused: `no standing approval ${number} is in force` };
}
