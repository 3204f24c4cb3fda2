import { ladder } from '../../core/ladder.ts';
import type { Approval } from '../../core/safety/approval.ts';
import { asksByPolicy } from './deployments.ts';
import { type Invariant, time } from './invariant.ts';
import type { Played } from './play.ts';
import type { Act } from './simulated-hosts.ts';
import { APPROVERS, HUB } from './world.ts';

/** `<incident>.<stage>.<attempt>`, with the host's number at the end where there are several. */
function stageOf({ operationKey }: Pick<Act, 'operationKey'>): string {
  return ladder.find((stage) => operationKey.includes(`.${stage}.`)) ?? '';
}

export function incidentOf({ operationKey }: Pick<Act, 'operationKey'>): string {
  return operationKey.split(`.${stageOf({ operationKey })}.`)[0] ?? '';
}

/** What always needs a person's yes: a bounce, the restart of the hub's agent, and by the policy of the acting release that of any agent. */
function needsYes({ world: { schedule, deployments } }: Played, { document, host, actor }: Act): boolean {
  if (document !== 'restart-agent') return document === 'bounce';
  return host === HUB || asksByPolicy(schedule, deployments.releaseOfActor(actor));
}

/** No disruptive act without a right to it: a yes to this plan, given in time by somebody who may, and used once. */
export const withRight: Invariant = {
  name: 'with-right',
  broken: (played) => {
    const used = new Map<string, string>();
    return played.world.hosts.acts
      .filter((act) => needsYes(played, act))
      .flatMap((act) => {
        const approval = yesFor(played, act, used);
        if (approval === undefined)
          return [`${act.document} on ${act.host} at ${time(played, act.at)} had no yes: ${act.operationKey}`];
        used.set(approval.approvalId, planKeyOf(act));
        return whyNoRight(played, act, approval);
      });
  },
};

/** Several hosts of one plan share their key but for the number at the end. */
function planKeyOf({ operationKey }: Act): string {
  return operationKey.replace(/(\.\d+-\d+)-\d+$/, '$1');
}

function yesFor({ world }: Played, act: Act, used: ReadonlyMap<string, string>): Approval | undefined {
  return [...world.truth.approvals.values()].findLast(
    ({ incidentId, stage, status, approvalId, decidedAt }) =>
      incidentId === incidentOf(act) &&
      stage === stageOf(act) &&
      status === 'approved' &&
      (decidedAt ?? Number.POSITIVE_INFINITY) <= act.at &&
      (used.get(approvalId) ?? planKeyOf(act)) === planKeyOf(act),
  );
}

function whyNoRight(
  played: Played,
  act: Act,
  { approvalId, decidedBy, decidedAt, expiresAt, planLines }: Approval,
): readonly string[] {
  const may = APPROVERS.includes(decidedBy?.id ?? '');
  const inTime = decidedAt !== null && decidedAt < expiresAt;
  const receipt = played.observed.receipts.get(incidentOf(act)) ?? [];
  const plan = receipt.find(({ event, operationKey }) => event === 'plan' && operationKey === planKeyOf(act));
  const isSame = plan === undefined || JSON.stringify(plan.detail) === JSON.stringify(planLines);
  return [
    ...(may ? [] : [`${approvalId} was approved by ${decidedBy?.id}, who may not`]),
    ...(inTime ? [] : [`${approvalId} was approved after it had expired`]),
    ...(isSame ? [] : [`${act.operationKey} is another plan than the one that ${approvalId} showed`]),
  ];
}
