import { answerOrder, type Orderer, type OrderPorts } from './answer-order.ts';
import { readApproverLists } from './approver-lists.ts';
import { type DecideSettings, GROUP_UNKNOWN, NOT_ON_LIST } from './decide.ts';
import { type Order, readOrder } from './read-order.ts';

/**
 * Does what a person wrote after `/restitch`, or to the app. Everybody may read; only an approver of the general list changes anything.
 * Errors of the table are told, not thrown: Slack would only say that the command failed. The lines are not escaped.
 */
export async function obey(
  text: string,
  by: Orderer,
  ports: OrderPorts,
  settings: DecideSettings,
): Promise<readonly string[]> {
  const order = readOrder(text, ports.clock());
  try {
    const forbidden = await whyForbidden(order, by, ports, settings);
    if (forbidden !== undefined) {
      ports.log.warn('command-refused', { by: by.id, order: order.type, reason: forbidden });
      return [`Not done: ${forbidden}.`];
    }
    ports.log.info('command', { by: by.id, order: order.type });
    return await answerOrder(order, by, ports, settings);
  } catch (error) {
    ports.log.error('command-failed', { by: by.id, order: order.type, reason: String(error) });
    return ['It is not known whether that was done: the table did not answer. Ask for the status, and try again.'];
  }
}

/** Who may give a standing approval depends on what it covers: that is asked where it is given. */
const forApprovers: readonly Order['type'][] = ['pause', 'resume', 'revoke'];

async function whyForbidden(
  { type }: Order,
  { id }: Orderer,
  { groups }: OrderPorts,
  { approvers }: DecideSettings,
): Promise<string | undefined> {
  if (!forApprovers.includes(type)) return undefined;
  const onList = (await readApproverLists(id, [approvers], groups))(approvers);
  if (onList === 'yes') return undefined;
  return onList === 'unknown' ? GROUP_UNKNOWN : NOT_ON_LIST;
}
