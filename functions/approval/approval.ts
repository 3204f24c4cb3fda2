import * as z from 'zod';
import { parseButton } from '../../adapters/slack/approval-button.ts';
import { verifySlackSignature } from '../../adapters/slack/verify-signature.ts';
import { bodyOf, type HttpEvent, type HttpResponse, headerOf, json } from '../http-event.ts';
import { answerCommandLine } from './command-line.ts';
import { type ClickPorts, type ClickSettings, handleClick } from './handle-click.ts';
import { Mention } from './mention.ts';
import { readInteraction } from './read-interaction.ts';
import { ANSWERS_PATH, answerWebhook, type WebhookPorts } from './webhook-answer.ts';

export interface ApprovalPorts extends ClickPorts {
  readonly signingSecret: () => Promise<string>;
  /** Answers a slash command of Slack's, whose signature was checked. */
  readonly answerCommand: (form: URLSearchParams) => Promise<HttpResponse>;
  /** Of the approval webhook; absent: there is none. */
  readonly webhook?: WebhookPorts | undefined;
  /** The same of an event in which a person mentions the app. */
  readonly answerMention: (mention: Mention) => Promise<HttpResponse>;
}

/** Slack asks once whether an address is ours (docs.slack.dev, "url_verification"). */
const UrlVerification = z.object({ type: z.literal('url_verification'), challenge: z.string().max(1_000) });

/**
 * Handles what Slack sends: a click on a button of ours, a slash command, a mention, or its checks of the address. The signature on the
 * raw body is checked before anything is parsed. It answers at once: the runbook goes on, and the notifier rewrites the message. A call that Lambda
 * has authenticated by IAM comes from the command line: only Lambda writes `requestContext`, and the URL that Slack calls never has a
 * caller in it. What comes to the path of the approval webhook is signed with its keys, and nothing else is.
 */
export async function decideApproval(
  event: HttpEvent,
  ports: ApprovalPorts,
  settings: ClickSettings,
): Promise<HttpResponse> {
  const caller = event.requestContext.authorizer?.iam?.userArn;
  if (caller !== undefined) return answerCommandLine(event, caller, ports, settings);
  if (event.rawPath === ANSWERS_PATH) return answerWebhook(event, ports, settings);
  const rawBody = bodyOf(event);
  const verdict = verifySlackSignature({
    signingSecret: await ports.signingSecret(),
    timestamp: headerOf(event, 'x-slack-request-timestamp'),
    signature: headerOf(event, 'x-slack-signature'),
    rawBody,
    now: ports.clock(),
  });
  if (verdict.type === 'invalid') {
    ports.log.warn('request-refused', { reason: verdict.reason });
    return json(401, { error: verdict.reason });
  }
  const body = rawBody.toString('utf8');
  if (headerOf(event, 'content-type')?.startsWith('application/json') === true) return answerJson(body, ports);
  const form = new URLSearchParams(body);
  if (form.get('ssl_check') === '1') return json(200, {});
  if (form.has('command')) return ports.answerCommand(form);
  const interaction = readInteraction(form.get('payload'));
  if (interaction === undefined) {
    ports.log.warn('request-refused', { reason: 'not a click on a button' });
    return json(400, { error: 'payload is not a block_actions interaction' });
  }
  const retried = headerOf(event, 'x-slack-retry-num') !== undefined;
  return handleClick(interaction, retried, ports, settings);
}

const SentAsJson = z.discriminatedUnion('type', [UrlVerification, Mention]);

async function answerJson(body: string, { answerMention, log }: ApprovalPorts): Promise<HttpResponse> {
  const sent = parseButton(SentAsJson, body);
  if (sent?.type === 'url_verification') return json(200, { challenge: sent.challenge });
  if (sent !== undefined) return answerMention(sent);
  log.warn('request-refused', { reason: 'neither a check of the address nor a mention' });
  return json(400, { error: 'only url_verification and app_mention are taken as JSON' });
}
