import type { AnswerClick } from '../../adapters/slack/answer-click.ts';
import {
  APPROVE_NEXT_ACTION,
  ApprovalButton,
  decisionOf,
  NEXT_PAGE_ACTION,
  PlanButton,
  PREVIOUS_PAGE_ACTION,
  parseButton,
  REASON_INPUT,
  SHOW_PLAN_ACTION,
} from '../../adapters/slack/approval-button.ts';
import { escapeLine } from '../../adapters/slack/escape-mrkdwn.ts';
import { planMessage } from '../../adapters/slack/plan-message.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { Answer, ApprovalStore } from '../../core/safety/approval.ts';
import type { Decider } from '../../core/safety/decider.ts';
import { FROM_QUESTION } from '../../core/safety/standing-approval.ts';
import { shorten } from '../../core/shorten.ts';
import { type HttpResponse, json } from '../http-event.ts';
import { type Decided, type DecidePorts, type DecideSettings, decide } from './decide.ts';
import { describeStanding, giveStanding, type StandingPorts } from './give-standing.ts';
import { type Interaction, typedText } from './read-interaction.ts';

export interface ClickPorts extends DecidePorts, StandingPorts {
  readonly approvals: Pick<ApprovalStore, 'decide' | 'get'>;
  /** Tells the person who clicked. */
  readonly answerClick: AnswerClick;
}

export interface ClickSettings extends DecideSettings {
  /** `T…`, `A…` and `C…` ids from which a click counts. Empty: from any that has the signing secret. */
  readonly workspaces: readonly string[];
  readonly apps: readonly string[];
  readonly questionChannels: readonly string[];
}

const planActions = [SHOW_PLAN_ACTION, NEXT_PAGE_ACTION, PREVIOUS_PAGE_ACTION];

/**
 * Answers one click whose signature was checked: it counts from the configured workspace, app and channel alone. Who clicked is told
 * why where it does not count. `retried`: Slack sends it again, because it had no answer in time.
 */
export async function handleClick(
  interaction: Interaction,
  retried: boolean,
  ports: ClickPorts,
  settings: ClickSettings,
): Promise<HttpResponse> {
  const [action] = interaction.actions;
  const actionId = action?.action_id ?? '';
  const decision = decisionOf.get(actionId);
  const elsewhere = whyElsewhere(interaction, settings);
  if (elsewhere !== undefined) {
    ports.log.warn('decision-refused', { by: interaction.user.id, actionId, reason: elsewhere });
    return refuse(interaction, ports, elsewhere);
  }
  if (planActions.includes(actionId)) {
    const button = parseButton(PlanButton, action?.value);
    return button === undefined ? ignore(interaction, ports, actionId) : showPlan(interaction, ports, button);
  }
  const button = parseButton(ApprovalButton, action?.value);
  if (decision === undefined || button === undefined) return ignore(interaction, ports, actionId);
  const andNext = actionId === APPROVE_NEXT_ACTION;
  return answer(interaction, ports, settings, { ...button, decision, andNext, retried });
}

function whyElsewhere(
  { team, user, api_app_id: app = '', channel }: Interaction,
  { workspaces, apps, questionChannels }: ClickSettings,
): string | undefined {
  const from = [team?.id ?? '', user.team_id ?? team?.id ?? ''];
  if (workspaces.length > 0 && !from.every((id) => workspaces.includes(id)))
    return 'this workspace is not the configured one';
  if (apps.length > 0 && !apps.includes(app)) return 'this app is not the configured one';
  return questionChannels.length > 0 && !questionChannels.includes(channel?.id ?? '')
    ? 'this channel is not the configured one'
    : undefined;
}

interface Decision extends ApprovalButton {
  readonly decision: Answer['decision'];
  /** Whether a standing approval is wanted too. */
  readonly andNext: boolean;
  readonly retried: boolean;
}

async function answer(
  interaction: Interaction,
  ports: ClickPorts,
  settings: ClickSettings,
  { approvalId, planDigest, decision, andNext, retried }: Decision,
): Promise<HttpResponse> {
  const { id, name, username } = interaction.user;
  const reason = typedText(interaction, REASON_INPUT);
  const by = {
    id,
    name: name ?? username ?? id,
    through: 'slack' as const,
    ...(reason === undefined ? {} : { reason }),
  };
  const answered = await tried(() => decide({ approvalId, planDigest, decision, by }, ports, settings));
  if (answered.type === 'unknown') {
    ports.log.error('decision-unknown', { approvalId, decision, by: id, reason: answered.reason });
    return refuse(interaction, ports, 'it is not known whether that counted, so please click again');
  }
  if (answered.type !== 'refused') {
    if (andNext) await allowNext(interaction, ports, settings, { answered, by });
    return json(200, { decision });
  }
  // Slack sent the click again, and it counted the first time: the person has nothing to learn.
  const counted = answered.approval?.decidedBy?.id === id && answered.approval.status === decision;
  return retried && counted ? json(200, { decision }) : refuse(interaction, ports, answered.why);
}

function whyAlone(given: { readonly type: 'refused'; readonly why: string } | { readonly type: 'unknown' }): string {
  return given.type === 'refused' ? given.why : 'it is not known whether more was allowed';
}

/** The question is decided, whatever becomes of the standing approval: the person is told of both. */
async function allowNext(
  { response_url: responseUrl }: Interaction,
  ports: ClickPorts,
  settings: ClickSettings,
  { answered, by }: { readonly answered: Exclude<Decided, { readonly type: 'refused' }>; readonly by: Decider },
): Promise<void> {
  const { approvalId, standing: scope, yesesNeeded = 1 } = answered.approval;
  const given =
    answered.type !== 'decided' || scope === undefined || yesesNeeded > 1
      ? ({ type: 'refused', why: 'each such question wants a yes of its own' } as const)
      : await tried(() => giveStanding({ ...FROM_QUESTION, scope, by, from: approvalId }, ports, settings));
  const text =
    given.type === 'given'
      ? `Approved. ${describeStanding(given.standing)}`
      : `${answered.type === 'decided' ? 'Approved' : 'Your yes is counted'}, this one alone: ${whyAlone(given)}.`;
  if (responseUrl !== undefined) await ports.answerClick(responseUrl, { text: escapeLine(text) });
}

/** The table or the engine may fail after the decision was stored: a second click completes it. */
async function tried<T>(
  answering: () => Promise<T>,
): Promise<T | { readonly type: 'unknown'; readonly reason: string }> {
  try {
    return await answering();
  } catch (error) {
    if (error instanceof RestitchError) return { type: 'unknown', reason: error.message };
    throw error;
  }
}

/** Everybody who sees the question may see its plan. A page that is turned takes the place of the one before. */
async function showPlan(
  interaction: Interaction,
  ports: ClickPorts,
  { approvalId, page }: PlanButton,
): Promise<HttpResponse> {
  const approval = await ports.approvals.get(approvalId);
  if (approval === undefined) return refuse(interaction, ports, 'there is no such approval');
  const { response_url: responseUrl, container } = interaction;
  const replace = container?.is_ephemeral === true;
  if (responseUrl !== undefined) await ports.answerClick(responseUrl, { ...planMessage(approval, page), replace });
  return json(200, { shown: page });
}

function ignore({ user }: Interaction, { log }: ClickPorts, actionId: string): HttpResponse {
  log.warn('click-ignored', { by: user.id, actionId, reason: 'not one of our buttons' });
  return json(200, { ignored: shorten(actionId) });
}

async function refuse(
  { response_url: responseUrl }: Interaction,
  ports: ClickPorts,
  reason: string,
): Promise<HttpResponse> {
  if (responseUrl !== undefined) await ports.answerClick(responseUrl, { text: `Not done: ${escapeLine(reason)}.` });
  return json(200, { refused: reason });
}
