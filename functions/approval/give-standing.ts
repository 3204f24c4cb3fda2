import type { Log } from '../../core/log.ts';
import { type ApprovalRule, ruleFor } from '../../core/safety/approval-rules.ts';
import type { Decider } from '../../core/safety/decider.ts';
import { describePause, PAUSE_LIST, pauseFor, pausesSet } from '../../core/safety/pause.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import {
  describeScope,
  MOST_MINUTES,
  MOST_USES,
  neverStanding,
  STANDING_LIST,
  type StandingApproval,
  type StandingScope,
  withStanding,
} from '../../core/safety/standing-approval.ts';
import type { UserGroups } from '../../core/safety/user-groups.ts';
import { readApproverLists } from './approver-lists.ts';
import { type DecideSettings, GROUP_UNKNOWN, NOT_ON_LIST } from './decide.ts';
import { rulesNow } from './rules-now.ts';

export interface StandingPorts {
  readonly safety: Pick<SafetyRecords, 'pauses' | 'standing'>;
  readonly groups: UserGroups;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: Log;
}

/** What a person wants. `from`: the question or the command, which gives no second one when it is sent again. */
export interface StandingOrder {
  readonly scope: StandingScope;
  readonly most: number;
  readonly minutes: number;
  readonly by: Decider;
  readonly from: string;
}

export type GivenStanding =
  | { readonly type: 'given'; readonly standing: StandingApproval }
  | { readonly type: 'refused'; readonly why: string };

/**
 * Gives a standing approval in the name of somebody who may answer such a question now. Never where two people must say yes, nor in a
 * pause. Throws `RestitchError` (code `store`).
 */
export async function giveStanding(
  order: StandingOrder,
  ports: StandingPorts,
  settings: DecideSettings,
): Promise<GivenStanding> {
  const { scope, by, from, most, minutes } = order;
  const refused = (why: string): GivenStanding => {
    ports.log.warn('standing-refused', { by: by.id, from, reason: why });
    return { type: 'refused', why };
  };
  const now = ports.clock();
  const rule = ruleFor(await rulesNow(settings.rules, now), { ...scope, pools: [scope.pool] });
  const approvers = rule?.approvers ?? settings.approvers;
  const [pauses, isOn] = await Promise.all([
    ports.safety.pauses.get(PAUSE_LIST),
    readApproverLists(by.id, [approvers], ports.groups),
  ]);
  const allowed = isOn(approvers);
  if (allowed !== 'yes') return refused(allowed === 'unknown' ? GROUP_UNKNOWN : NOT_ON_LIST);
  const forbidden = whyForbidden(order, rule);
  if (forbidden !== undefined) return refused(forbidden);
  const pause = pauseFor(pauses, { ...scope, pools: [scope.pool] }, now);
  if (pause !== undefined) return refused(describePause(pause));
  const wanted = { scope, by, from, most, givenAt: now, until: now + minutes * 60_000, pausesSet: pausesSet(pauses) };
  const list = await ports.safety.standing.change(STANDING_LIST, (current) => withStanding(current, wanted));
  const standing = list?.approvals.find((each) => each.from === from);
  if (standing === undefined) return refused('it was not stored');
  ports.log.info('standing-given', { by: by.id, from, number: standing.number, most, minutes, ...scope });
  return { type: 'given', standing };
}

function whyForbidden({ scope, most, minutes }: StandingOrder, rule: ApprovalRule | undefined): string | undefined {
  if (neverStanding.includes(scope.rung)) return `${scope.rung} always asks`;
  if (rule?.ask === 'two') return `two people must say yes to ${describeScope(scope)}`;
  if (!Number.isInteger(most) || most < 1 || most > MOST_USES) return `at most ${MOST_USES} times`;
  return minutes >= 1 && minutes <= MOST_MINUTES ? undefined : `for at most ${MOST_MINUTES / 60} hours`;
}

/** One line for a person. */
export function describeStanding({ number, scope, by, most, uses, until }: StandingApproval): string {
  const end = new Date(until).toISOString();
  return `standing approval ${number} by ${by.name}: ${describeScope(scope)}, ${most - uses.length} of ${most} left, until ${end}`;
}
