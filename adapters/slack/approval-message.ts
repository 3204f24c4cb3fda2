import { assertNever } from '../../core/assert-never.ts';
import { counted } from '../../core/counted.ts';
import { type Approval, describeDecision } from '../../core/safety/approval.ts';
import type { ApprovalBrief } from '../../core/safety/approval-brief.ts';
import type { OnExpiry } from '../../core/safety/approval-rules.ts';
import { describeScope } from '../../core/safety/standing-approval.ts';
import { SHOW_PLAN_ACTION } from './approval-button.ts';
import {
  type Block,
  bulleted,
  button,
  clip,
  context,
  fields,
  header,
  type SlackMessage,
  section,
  slackTime,
} from './block-kit.ts';
import { decisionButtons, reasonInput } from './decision-buttons.ts';
import { escapeLine } from './escape-mrkdwn.ts';

/** All blocks of a message together: Slack refuses more than about 13,000 characters (slackapi/bolt-js#2509). */
const MOST_OF_SECTION = 1_400;
const MOST_SPOKEN = 1_000;
/** Of a plan that nobody has summarised: records of version 0.1.0. */
const MOST_LINES = 10;

/** The question with its buttons; while it is open, with whoever has said yes or put it off. */
export function approvalMessage(approval: Approval): SlackMessage {
  const { target, stage, reason, expiresAt, brief, approvalId, planDigest } = approval;
  const title = `Approve ${stage} on ${target.node}?`;
  return {
    text: spoken(title, approval),
    blocks: [
      header(title),
      ...(brief === undefined ? [] : [where(approval, brief), why(brief)]),
      plan(approval),
      section(`*Expected effect*\n${escapeLine(reason)}`),
      ...riskOf(approval),
      ...(brief === undefined ? [] : before(brief)),
      section(
        `Answer until ${slackTime(expiresAt)}. If nobody answers, ${unanswered[brief?.onExpiry ?? 'next-rung']}.`,
      ),
      ...yesesSoFar(approval),
      reasonInput,
      decisionButtons(approval),
      context(`Plan ${escapeLine(`${planDigest.slice(0, 12)} · ${approvalId}`)}`),
    ],
  };
}

/** The same message after the decision or expiry: who, when and what, and no button but the one that shows the plan. */
export function settledApprovalMessage(approval: Approval): SlackMessage {
  const { target, stage, status, decidedBy, decidedAt, planDigest, approvalId } = approval;
  const title = `${stage} on ${target.node}: ${describeDecision(approval)}`;
  const said = decidedBy?.reason === undefined ? '' : ` "${escapeLine(decidedBy.reason)}"`;
  const next = escapeLine(whatFollows(status, approval.brief?.onExpiry ?? 'next-rung'));
  return {
    text: escapeLine(title),
    blocks: [
      header(title),
      section(`${next}${said}`),
      ...standingUse(approval),
      plan(approval),
      context(
        `${decidedAt === null ? '' : `${slackTime(decidedAt)} · `}plan ${escapeLine(`${planDigest.slice(0, 12)} · ${approvalId}`)}`,
      ),
    ],
  };
}

/** Nobody was asked: who has allowed it before, and until when more of it is done unasked. */
function standingUse({ decidedBy, standing: scope }: Approval): readonly Block[] {
  const used = decidedBy?.standing;
  if (used === undefined || scope === undefined) return [];
  const { number, use, most, until } = used;
  const left = `${most - use} of ${most} left until ${slackTime(until)}`;
  const who = escapeLine(`${decidedBy?.name ?? ''} has allowed ${describeScope(scope)}`);
  return [section(`Nobody was asked: ${who}, ${left}. \`/restitch revoke ${number}\` ends it.`)];
}

/** For notifications and screen readers: what decides, in the order in which it is wanted. */
function spoken(title: string, { target, brief, expiresAt }: Approval): string {
  if (brief === undefined) return `${escapeLine(title)} Answer until ${slackTime(expiresAt)}.`;
  const { class: faultClass, cause, confidence, summary, gpus } = brief;
  const facts = [
    `Cluster ${target.cluster}`,
    `${faultClass} (${cause}), ${percent(confidence)} sure`,
    ...summary.slice(0, 3),
    `${gpus === null ? 'an unknown number of GPUs' : counted(gpus, 'GPU')} at risk`,
  ];
  return `${clip(escapeLine(`${title} ${facts.join('. ')}.`), MOST_SPOKEN)} Answer until ${slackTime(expiresAt)}.`;
}

function where({ target }: Approval, { pools, site, hub, gpus, ...brief }: ApprovalBrief): Block {
  const named = pools.filter((pool) => pool !== '');
  const at = brief.hostAtFault === null || brief.hostAtFault === target.node ? '' : ` on ${brief.hostAtFault}`;
  return fields([
    ['Node', escapeLine(`${target.node} (${target.cluster})`)],
    ['Pool, site, hub', escapeLine([named.join(' and ') || 'no pool', site ?? 'no site', hub ?? 'no hub'].join(', '))],
    ['Diagnosis', escapeLine(`${brief.class} (${brief.cause})${at}, ${percent(brief.confidence)} sure`)],
    ['GPUs at risk', gpus === null ? 'not known' : String(gpus)],
  ]);
}

function why({ because }: ApprovalBrief): Block {
  const facts = because.length === 0 ? ['no single fact decides'] : because;
  return section(bulleted('Why we believe it', facts.map(escapeLine), MOST_OF_SECTION));
}

/** The plan in short, with the button that shows the whole of it. */
function plan({ brief, planLines, approvalId }: Approval): Block {
  const hidden = planLines.length - MOST_LINES;
  const more = hidden > 0 ? [`and ${hidden} more`] : [];
  const lines = brief?.summary ?? [...planLines.slice(0, MOST_LINES), ...more];
  const showPlan = button({ label: 'Show the whole plan', actionId: SHOW_PLAN_ACTION, value: { approvalId } });
  const all = counted(brief?.lineCount ?? planLines.length, 'line');
  return section(bulleted(`Plan (${all})`, lines.map(escapeLine), MOST_OF_SECTION), showPlan);
}

function riskOf({ atRisk = [] }: Approval): readonly Block[] {
  return atRisk.length === 0 ? [] : [section(bulleted('At risk', atRisk.map(escapeLine), MOST_OF_SECTION))];
}

function before({ tried, budget }: ApprovalBrief): readonly Block[] {
  const done = tried.length === 0 ? ['nothing yet'] : tried;
  const uses = budget.map(
    ({ scope, members, out, wanted, allowed }) =>
      `${scope}: ${out} of ${counted(members, 'node')} out of service now, ${out + wanted} with this, ${allowed} allowed`,
  );
  return [
    section(bulleted('Tried before', done.map(escapeLine), MOST_OF_SECTION)),
    section(
      bulleted('Disruption budget', uses.length === 0 ? ['takes no node'] : uses.map(escapeLine), MOST_OF_SECTION),
    ),
  ];
}

function yesesSoFar({ yesesNeeded, yeses = [], snoozedBy }: Approval): readonly Block[] {
  const names = yeses.map(({ name }) => escapeLine(name)).join(', ');
  return [
    ...(yesesNeeded === undefined
      ? []
      : [section(`*${yesesNeeded} people must say yes.* ${names === '' ? 'Nobody has yet.' : `So far: ${names}.`}`)]),
    ...(snoozedBy === undefined ? [] : [section(`Snoozed by ${escapeLine(snoozedBy.name)}.`)]),
  ];
}

/** What an unanswered question leads to. */
const unanswered: Readonly<Record<OnExpiry, string>> = {
  'next-rung': 'this is not done, and the next stage of the runbook is considered',
  quarantine: 'this is not done, and the node is quarantined',
  page: 'this is not done; the incident waits for a person, and you are asked again',
  hold: 'this is not done, and nothing more is done for this incident',
};

function whatFollows(status: Approval['status'], onExpiry: OnExpiry): string {
  switch (status) {
    case 'approved':
      return 'It is done if a last look shows the same plan.';
    case 'denied':
      return 'Not done. Nothing more is done for this incident.';
    case 'taken-over':
      return 'Not done. A person works on it; nothing more is done for this incident.';
    case 'withdrawn':
      return 'Not done: the question is no longer needed, or the plan has changed.';
    case 'expired':
      return `Nobody answered: ${unanswered[onExpiry]}.`;
    case 'pending':
      return 'It is open.';
    default:
      return assertNever(status);
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
