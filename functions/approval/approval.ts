import * as z from 'zod';
import { APPROVE_ACTION, ApprovalButton, DENY_ACTION } from '../../adapters/slack/approval-button.ts';
import { verifySlackSignature } from '../../adapters/slack/verify-signature.ts';
import { assertNever } from '../../core/assert-never.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import type { Approval, ApprovalStore, CallbackResult } from '../../core/safety/approval.ts';
import { bodyOf, type HttpEvent, type HttpResponse, headerOf, json } from '../http-event.ts';

export interface ApprovalPorts {
  readonly approvals: ApprovalStore;
  readonly engine: ExecutionEngine;
  readonly signingSecret: () => Promise<string>;
  /** Tells the person who clicked why the click was refused. Ends in time and never rejects. */
  readonly tell: (responseUrl: string, text: string) => Promise<void>;
  /** Answers a slash command of Slack's, whose signature was checked. */
  readonly answerCommand: (form: URLSearchParams) => Promise<HttpResponse>;
  readonly clock: () => number;
  readonly log: Log;
}

export interface ApprovalSettings {
  /** Slack user ids. Empty: nobody. */
  readonly approvers: readonly string[];
  /** `T…` and `A…` ids from which a click counts. Empty: from any that has the signing secret. */
  readonly workspaces: readonly string[];
  readonly apps: readonly string[];
}

/** Slack's block_actions payload, as far as a decision needs it. */
const Interaction = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id: z.string() }).nullish(),
  api_app_id: z.string().optional(),
  user: z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
  response_url: z.url().optional(),
});

type Interaction = z.infer<typeof Interaction>;

/**
 * Handles a click on an approval button, and hands a slash command on. It checks the signature on the raw body, then workspace and
 * app, then the list of approvers, then the plan's digest; one compare-and-set consumes the approval. It answers at once: the runbook rewrites the message.
 */
export async function decideApproval(
  event: HttpEvent,
  ports: ApprovalPorts,
  settings: ApprovalSettings,
): Promise<HttpResponse> {
  const rawBody = bodyOf(event);
  const verdict = verifySlackSignature({
    signingSecret: await ports.signingSecret(),
    timestamp: headerOf(event, 'x-slack-request-timestamp'),
    signature: headerOf(event, 'x-slack-signature'),
    rawBody,
    now: ports.clock(),
  });
  if (verdict.type === 'invalid') {
    ports.log.warn('click-refused', { reason: verdict.reason });
    return json(401, { error: verdict.reason });
  }
  const form = new URLSearchParams(rawBody.toString('utf8'));
  if (form.get('ssl_check') === '1') return json(200, {});
  if (form.has('command')) return ports.answerCommand(form);
  const interaction = parseInteraction(form.get('payload'));
  if (interaction === undefined) return json(400, { error: 'payload is not a block_actions interaction' });
  return answer(interaction, ports, settings);
}

function parseInteraction(payload: string | null): Interaction | undefined {
  try {
    return Interaction.safeParse(JSON.parse(payload ?? '')).data;
  } catch {
    // Not JSON.
    return undefined;
  }
}

async function answer(
  interaction: Interaction,
  ports: ApprovalPorts,
  settings: ApprovalSettings,
): Promise<HttpResponse> {
  const [action] = interaction.actions;
  const decision = decisionOf(action?.action_id);
  const button = parseButton(action?.value);
  if (decision === undefined || button === undefined) return json(200, { ignored: action?.action_id });
  const by = {
    id: interaction.user.id,
    name: interaction.user.name ?? interaction.user.username ?? interaction.user.id,
  };
  const elsewhere = whyElsewhere(interaction, settings);
  if (elsewhere !== undefined) return refuse(interaction, ports, button, by.name, elsewhere);
  if (!settings.approvers.includes(by.id)) {
    return refuse(interaction, ports, button, by.name, 'you are not on the list of approvers');
  }
  const result = await ports.approvals.decide(button.approvalId, button.planDigest, decision, by, ports.clock());
  switch (result.type) {
    case 'decided':
      ports.log.info('approval-decided', { approvalId: button.approvalId, decision, by: by.id });
      await deliver(result.approval, ports);
      return json(200, { decision });
    case 'already':
      // The decision may be stored but its delivery lost. Delivering is idempotent, so it is done again.
      await deliver(result.approval, ports);
      return refuse(interaction, ports, button, by.name, `it is ${result.approval.status} already`);
    case 'expired':
      return refuse(interaction, ports, button, by.name, 'it has expired');
    case 'digest-mismatch':
      return refuse(interaction, ports, button, by.name, 'the plan has changed since this message');
    case 'missing':
      return refuse(interaction, ports, button, by.name, 'there is no such approval');
    default:
      return assertNever(result);
  }
}

function whyElsewhere(
  { team, api_app_id: app = '' }: Interaction,
  { workspaces, apps }: ApprovalSettings,
): string | undefined {
  if (workspaces.length > 0 && !workspaces.includes(team?.id ?? '')) return 'this workspace is not the configured one';
  return apps.length > 0 && !apps.includes(app) ? 'this app is not the configured one' : undefined;
}

function decisionOf(actionId: string | undefined): 'approved' | 'denied' | undefined {
  if (actionId === APPROVE_ACTION) return 'approved';
  return actionId === DENY_ACTION ? 'denied' : undefined;
}

function parseButton(value: string | undefined): ApprovalButton | undefined {
  try {
    return ApprovalButton.safeParse(JSON.parse(value ?? '')).data;
  } catch {
    // Not JSON, so not our button.
    return undefined;
  }
}

/** Completes the callback that the runbook waits for. Without a callback yet, the runbook reads the stored decision. */
async function deliver(approval: Approval, { engine, clock }: ApprovalPorts): Promise<void> {
  if (approval.callbackId === null || (approval.status !== 'approved' && approval.status !== 'denied')) return;
  const result: CallbackResult = {
    type: 'decision',
    approvalId: approval.approvalId,
    decision: approval.status,
    by: approval.decidedBy,
    at: clock(),
  };
  await engine.completeCallback(approval.callbackId, result);
}

async function refuse(
  { response_url: responseUrl }: Interaction,
  ports: ApprovalPorts,
  { approvalId }: ApprovalButton,
  name: string,
  reason: string,
): Promise<HttpResponse> {
  ports.log.warn('click-refused', { approvalId, by: name, reason });
  if (responseUrl !== undefined) await ports.tell(responseUrl, `Not done: ${reason}.`);
  return json(200, { refused: reason });
}
