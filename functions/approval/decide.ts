import { assertNever } from '../../core/assert-never.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import {
  type Answer,
  type Approval,
  type ApprovalDecision,
  type ApprovalStore,
  type CallbackResult,
  describeDecision,
} from '../../core/safety/approval.ts';
import { type ApprovalRule, ruleFor, yesesNeeded } from '../../core/safety/approval-rules.ts';
import { answersThrough } from '../../core/safety/approver.ts';
import type { UserGroups } from '../../core/safety/user-groups.ts';
import { readApproverLists } from './approver-lists.ts';
import { rulesNow } from './rules-now.ts';

export interface DecidePorts {
  readonly approvals: Pick<ApprovalStore, 'decide'>;
  readonly groups: UserGroups;
  readonly engine: Pick<ExecutionEngine, 'completeCallback'>;
  readonly clock: () => number;
  readonly log: Log;
}

/** Who may answer. Both empty: nobody. */
export interface DecideSettings {
  /** Whom `isApprover` knows, and user groups of Slack: they may answer every question that no rule gives to others. */
  readonly approvers: readonly string[];
  readonly rules: readonly ApprovalRule[];
}

/** What a person wants. `by` is who that is in truth: from a signed click or message, or from a caller that AWS knows. */
export interface WantedDecision extends Answer {
  readonly approvalId: string;
}

/** Why an answer does not count. `group-unknown`: the chat did not say who is in the user group. */
export const refusalCodes = [
  'already',
  'expired',
  'digest-mismatch',
  'missing',
  'not-allowed',
  'same-person',
  'snoozed-enough',
  'group-unknown',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** What became of it. `approval` of a refused one: as it is stored, where it was read. */
export type Decided =
  | { readonly type: 'decided' | 'counted' | 'snoozed'; readonly approval: Approval }
  | { readonly type: 'refused'; readonly code: RefusalCode; readonly why: string; readonly approval?: Approval };

/**
 * Decides a question, wherever the answer comes from: the person must be on the list by the rules that count now, the plan the one that
 * was shown, and the question still open. One compare-and-set consumes it. Throws `RestitchError` (code `store` or `engine`).
 */
export async function decide(
  { approvalId, ...answer }: WantedDecision,
  ports: DecidePorts,
  settings: DecideSettings,
): Promise<Decided> {
  const { decision, by } = answer;
  const refuse = (code: RefusalCode, why: string, approval?: Approval): Decided => {
    ports.log.warn('decision-refused', { approvalId, decision, by: by.id, reason: why });
    return { type: 'refused', code, why, ...(approval === undefined ? {} : { approval }) };
  };
  if (!answersThrough(by.id, by.through)) return refuse('not-allowed', NOT_ON_LIST);
  const now = ports.clock();
  const terms = { approvers: settings.approvers, rules: await rulesNow(settings.rules, now) };
  const lists = [terms.approvers, ...terms.rules.flatMap(({ approvers = [] }) => [approvers])];
  const isOn = await readApproverLists(by.id, lists, ports.groups);
  // Nobody who is on no list at all makes us read the table.
  const places = lists.map(isOn);
  if (!places.includes('yes'))
    return places.includes('unknown') ? refuse('group-unknown', GROUP_UNKNOWN) : refuse('not-allowed', NOT_ON_LIST);
  const result = await ports.approvals.decide(
    approvalId,
    answer,
    now,
    (approval) => isOn(approversOf(approval, terms)) === 'yes',
    (approval) => yesesNeeded(ruleOf(approval, terms), approval.brief?.gpus ?? null),
  );
  // The decision may be stored but its delivery lost. Delivering is idempotent, so it is done again.
  if (result.type === 'decided' || result.type === 'already') await deliver(result.approval, ports);
  const taken = result.type === 'decided' || result.type === 'counted' || result.type === 'snoozed';
  if (!taken) {
    const approval = 'approval' in result ? result.approval : undefined;
    const unknown = result.type === 'not-allowed' && isOn(approversOf(result.approval, terms)) === 'unknown';
    return unknown
      ? refuse('group-unknown', GROUP_UNKNOWN, approval)
      : refuse(result.type, whyRefused(result), approval);
  }
  ports.log.info('approval-decided', { approvalId, decision, outcome: result.type, by: by.id, through: by.through });
  return result;
}

export const NOT_ON_LIST = 'you are not on the list of approvers';
export const GROUP_UNKNOWN = 'Slack did not say who is in the user group that may answer, so please try again';

/** Who may answer this question: the people of the first rule that fits it, else the general list. */
export function approversOf(approval: Pick<Approval, 'stage' | 'brief'>, terms: DecideSettings): readonly string[] {
  return ruleOf(approval, terms)?.approvers ?? terms.approvers;
}

function ruleOf(
  { stage, brief }: Pick<Approval, 'stage' | 'brief'>,
  { rules }: DecideSettings,
): ApprovalRule | undefined {
  return brief && ruleFor(rules, { class: brief.class, rung: stage, pools: brief.pools });
}

type Refusal = Exclude<ApprovalDecision, { readonly type: 'decided' } | { readonly type: 'counted' | 'snoozed' }>;

function whyRefused(result: Refusal): string {
  switch (result.type) {
    case 'already':
      return `it is ${describeDecision(result.approval)} already`;
    case 'expired':
      return 'it has expired';
    case 'digest-mismatch':
      return 'the plan has changed since this message';
    case 'missing':
      return 'there is no such approval';
    case 'not-allowed':
      return NOT_ON_LIST;
    case 'same-person':
      return 'you have said yes already, and another person must';
    case 'snoozed-enough':
      return 'it cannot be kept open for longer';
    default:
      return assertNever(result);
  }
}

/** Completes the callback that the runbook waits for. Without a callback yet, the runbook reads the stored decision. */
async function deliver(approval: Approval, { engine, clock }: DecidePorts): Promise<void> {
  const { approvalId, callbackId, status, decidedBy } = approval;
  if (callbackId === null || status === 'pending' || status === 'withdrawn') return;
  const result: CallbackResult = { type: 'decision', approvalId, decision: status, by: decidedBy, at: clock() };
  await engine.completeCallback(callbackId, result);
}
