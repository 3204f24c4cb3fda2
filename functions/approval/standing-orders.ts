import { PAUSE_LIST, pausesSet } from '../../core/safety/pause.ts';
import { revokeStanding, STANDING_LIST, standingInForce } from '../../core/safety/standing-approval.ts';
import type { Orderer } from './answer-order.ts';
import type { DecideSettings } from './decide.ts';
import { describeStanding, giveStanding, type StandingPorts } from './give-standing.ts';
import type { Order } from './read-order.ts';

/** The standing approvals that still count. The lines are not escaped. Throws `RestitchError` (code `store`), as those below. */
export async function standing({ safety, clock }: StandingPorts): Promise<readonly string[]> {
  const [pauses, list] = await Promise.all([safety.pauses.get(PAUSE_LIST), safety.standing.get(STANDING_LIST)]);
  const given = standingInForce(list, { now: clock(), pausesSet: pausesSet(pauses) });
  return given.length === 0 ? ['no standing approval'] : given.map(describeStanding);
}

export async function allow(
  { scope, most, minutes }: Extract<Order, { type: 'allow' }>,
  { id, name, request: from }: Orderer,
  ports: StandingPorts,
  settings: DecideSettings,
): Promise<readonly string[]> {
  const by = { id, name: name === '' ? id : name, through: 'slack' as const };
  const given = await giveStanding({ scope, most, minutes, by, from }, ports, settings);
  return given.type === 'given' ? [describeStanding(given.standing)] : [`Not done: ${given.why}.`];
}

/** Any approver may end what another has given. */
export async function revoke(number: number, { id }: Orderer, ports: StandingPorts): Promise<readonly string[]> {
  const ended = await endStanding(number, id, ports);
  return [ended ? `revoked: standing approval ${number}` : `no standing approval ${number} is in force`];
}

/** False: there is none of this number that still counts. Throws `RestitchError` (code `store`). */
export async function endStanding(number: number, by: string, { safety, clock }: StandingPorts): Promise<boolean> {
  const pauses = await safety.pauses.get(PAUSE_LIST);
  const at = { now: clock(), pausesSet: pausesSet(pauses) };
  let ended = false;
  await safety.standing.change(STANDING_LIST, (list) => {
    const next = revokeStanding(list, number, by, at);
    ended = next !== undefined;
    return next;
  });
  return ended;
}
