import type { IncidentNotice } from '../../core/incident/messenger.ts';
import type { Approval } from '../../core/safety/approval.ts';
import { APPROVE_ACTION, type ApprovalButton, DENY_ACTION } from './approval-button.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';

/** A Block Kit block, as JSON. */
export type Block = Readonly<Record<string, unknown>>;

export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Slack allows 3000 characters in a section's text. */
const MOST_TEXT = 2_900;
const TIMELINE_SHOWN = 12;

export function noticeMessage({ incident, timeline }: IncidentNotice): SlackMessage {
  const { target, phase, outcome, diagnosis, hypothesis, alerts, incidentId } = incident;
  const state = outcome === null ? phase : `closed: ${outcome}`;
  const title = `${target.node} (${target.cluster}): ${state}`;
  const firing = alerts.filter((alert) => alert.status === 'firing').map((alert) => alert.alertname);
  return {
    text: title,
    blocks: [
      header(title),
      fields([
        ['Diagnosis', diagnosis ?? `${hypothesis} (first guess)`],
        ['Alerts', firing.length === 0 ? 'none firing' : [...new Set(firing)].join(', ')],
        ['Incident', incidentId],
      ]),
      section(timelineText(timeline)),
    ],
  };
}

/** The latest lines that fit, newest last. */
function timelineText(timeline: readonly string[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const line of timeline.slice(-TIMELINE_SHOWN).toReversed()) {
    const escaped = `• ${escapeMrkdwn(line)}`;
    length += escaped.length + 1;
    if (length > MOST_TEXT - 50) break;
    shown.unshift(escaped);
  }
  const hidden = timeline.length - shown.length;
  return [...(hidden > 0 ? [`• … ${hidden} earlier lines`] : []), ...shown].join('\n') || 'opened';
}

export function approvalMessage(approval: Approval): SlackMessage {
  const { target, stage, reason, planLines, expiresAt, approvalId, planDigest, atRisk = [] } = approval;
  const title = `Approve ${stage} on ${target.node}?`;
  const value: ApprovalButton = { approvalId, planDigest };
  return {
    text: title,
    blocks: [
      header(title),
      section(escapeMrkdwn(reason)),
      ...(atRisk.length === 0 ? [] : [section(`*At risk*\n${planText(atRisk)}`)]),
      section(`\`\`\`${planText(planLines)}\`\`\``),
      context(`Expires ${slackTime(expiresAt)} · plan ${planDigest.slice(0, 12)} · ${escapeMrkdwn(approvalId)}`),
      {
        type: 'actions',
        block_id: 'restitch_decision',
        elements: [
          button('Approve', APPROVE_ACTION, 'primary', value, `This runs ${stage} on ${target.node}.`),
          button('Deny', DENY_ACTION, 'danger', value),
        ],
      },
    ],
  };
}

/** The same message after the decision or expiry: without buttons, with who decided and when. */
export function settledApprovalMessage(approval: Approval): SlackMessage {
  const { target, stage, status, decidedBy, decidedAt, planLines, planDigest } = approval;
  const who = decidedBy === null ? '' : ` by ${decidedBy.name}`;
  const title = `${stage} on ${target.node}: ${status}${who}`;
  return {
    text: title,
    blocks: [
      header(title),
      section(`\`\`\`${planText(planLines)}\`\`\``),
      context(`${decidedAt === null ? '' : `${slackTime(decidedAt)} · `}plan ${planDigest.slice(0, 12)}`),
    ],
  };
}

function planText(lines: readonly string[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.map(escapeMrkdwn)) {
    length += line.length + 1;
    if (length > MOST_TEXT - 50) return [...shown, `… and ${lines.length - shown.length} more`].join('\n');
    shown.push(line);
  }
  return shown.join('\n');
}

/** Slack shows the time in the reader's time zone; the UTC text is the fallback. */
function slackTime(epochMilliseconds: number): string {
  const seconds = Math.floor(epochMilliseconds / 1_000);
  return `<!date^${seconds}^{date_short_pretty} {time_secs}|${new Date(epochMilliseconds).toISOString()}>`;
}

function header(text: string): Block {
  return { type: 'header', text: { type: 'plain_text', text: text.slice(0, 150) } };
}

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, 3_000) } };
}

function fields(pairs: readonly (readonly [string, string])[]): Block {
  return {
    type: 'section',
    fields: pairs.map(([name, value]) => ({
      type: 'mrkdwn',
      text: `*${name}*\n${escapeMrkdwn(value)}`.slice(0, 2_000),
    })),
  };
}

function context(text: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text }] };
}

function button(
  label: string,
  actionId: string,
  style: 'primary' | 'danger',
  value: ApprovalButton,
  confirmText?: string,
): Block {
  const plain = (text: string) => ({ type: 'plain_text', text });
  return {
    type: 'button',
    action_id: actionId,
    style,
    text: plain(label),
    value: JSON.stringify(value),
    ...(confirmText === undefined
      ? {}
      : {
          confirm: {
            title: plain('Are you sure?'),
            text: plain(confirmText),
            confirm: plain(label),
            deny: plain('Back'),
          },
        }),
  };
}
