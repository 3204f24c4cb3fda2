import { type Approval, describeDecision } from '../../core/safety/approval.ts';
import { context, type SlackMessage, section, slackTime } from './block-kit.ts';
import { escapeLine } from './escape-mrkdwn.ts';

/** Whom a question that nobody answers is told to. */
export interface Escalation {
  /** Another channel; undefined: that of the questions. */
  readonly channel: string | undefined;
  /** The id of a user group that is mentioned; undefined: nobody is. */
  readonly group: string | undefined;
}

/** That a question waits, and where. `link`: to the question; undefined: there is none. */
export function escalationMessage(
  approval: Approval,
  { group }: Pick<Escalation, 'group'>,
  link: string | undefined,
): SlackMessage {
  const { target, stage, brief, expiresAt, approvalId } = approval;
  const mention = group === undefined ? '' : `<!subteam^${group}> `;
  const what = escapeLine(`${stage} on ${target.node} (${target.cluster})`);
  const why = brief === undefined ? '' : escapeLine(`: ${brief.class} (${brief.cause})`);
  const end = `Answer until ${slackTime(expiresAt)}.`;
  const where = link === undefined ? '' : ` <${link}|Open the question>`;
  const text = `${mention}Nobody has answered yet whether to do ${what}${why}. ${end}${where}`;
  return { text, blocks: [section(text), context(escapeLine(approvalId))] };
}

/** The same message when there is nothing more to answer. */
export function settledEscalationMessage(approval: Approval): SlackMessage {
  const { target, stage, approvalId, decidedAt } = approval;
  const at = decidedAt === null ? '' : ` · ${slackTime(decidedAt)}`;
  const text = escapeLine(`${stage} on ${target.node} (${target.cluster}): ${describeDecision(approval)}`);
  return { text, blocks: [section(text), context(`${escapeLine(approvalId)}${at}`)] };
}
