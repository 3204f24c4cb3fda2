import * as z from 'zod';
import { verifyMessage } from '../../adapters/webhook/standard-webhook.ts';
import type { WebhookKeys } from '../../adapters/webhook/webhook-keys.ts';
import { onOneLine } from '../../core/on-one-line.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { webhookPerson } from '../../core/safety/approver.ts';
import type { Decider } from '../../core/safety/decider.ts';
import type { UsedAnswers } from '../../core/safety/used-answers.ts';
import { bodyOf, type HttpEvent, type HttpResponse, headerOf, json } from '../http-event.ts';
import {
  type Decided,
  type DecidePorts,
  type DecideSettings,
  decide,
  type RefusalCode,
  refusalCodes,
} from './decide.ts';

/** The path below the function's URL where the tool behind the approval webhook answers. */
export const ANSWERS_PATH = '/answers';

const Decision = z.enum(['approved', 'denied', 'taken-over', 'snoozed']);
const Line = (most: number) => z.string().min(1).max(most).overwrite(onOneLine);

/** What the tool posts: a person's answer. Who that is stands in the signed message, because nobody else knows it. */
export const WebhookAnswer = z
  .strictObject({
    type: z.literal('approval.answer'),
    data: z.strictObject({
      approvalId: z.string().min(1).max(200).describe('of the question'),
      planDigest: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('of the question: a yes is for this plan and no other'),
      decision: Decision,
      by: z.strictObject({
        id: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/)
          .describe('who answers, as the tool knows the person; on the list of approvers with `webhook:` before it'),
        name: Line(100).optional(),
      }),
      reason: Line(300).optional(),
    }),
  })
  .describe('what the other tool posts: the answer of a person');

const refusals = ['unsigned', 'unreadable', 'used', 'no-webhook', 'unknown'] as const;

/** What it is told. */
export const WebhookReply = z
  .union([
    z.strictObject({ decision: Decision, expiresAt: z.iso.datetime() }),
    z.strictObject({ counted: z.literal(true).describe('another person must say yes too') }),
    z.strictObject({
      refused: z.string().describe('why it does not count'),
      code: z.enum([...refusals, ...refusalCodes]),
    }),
  ])
  .describe('the body of the answer to it');

export type WebhookReply = z.infer<typeof WebhookReply>;

export interface WebhookPorts {
  readonly readKeys: () => Promise<WebhookKeys>;
  readonly used: UsedAnswers;
}

export interface WebhookAnswerPorts extends DecidePorts {
  readonly webhook?: WebhookPorts | undefined;
}

const statusOf: Readonly<Record<RefusalCode, number>> = {
  'not-allowed': 403,
  'group-unknown': 503,
  missing: 404,
  'digest-mismatch': 409,
  already: 409,
  expired: 410,
  'same-person': 409,
  'snoozed-enough': 409,
};

/**
 * Takes the answer of a person from another tool. The signature on the raw body is checked before anything is parsed, and each message
 * counts once; the answer is judged like every other. One whose fate is not known may be sent again as it is.
 */
export async function answerWebhook(
  event: HttpEvent,
  ports: WebhookAnswerPorts,
  settings: DecideSettings,
): Promise<HttpResponse> {
  const { webhook, log, clock } = ports;
  const refuse = (status: number, code: (typeof refusals)[number], refused: string) => {
    log.warn('request-refused', { reason: refused, path: ANSWERS_PATH });
    return reply(status, { refused, code });
  };
  if (webhook === undefined) return refuse(404, 'no-webhook', 'no approval webhook is configured');
  const rawBody = bodyOf(event);
  const verdict = verifyMessage(
    await webhook.readKeys(),
    {
      id: headerOf(event, 'webhook-id'),
      timestamp: headerOf(event, 'webhook-timestamp'),
      signature: headerOf(event, 'webhook-signature'),
      rawBody,
    },
    clock(),
  );
  if (verdict.type === 'invalid') return refuse(401, 'unsigned', verdict.reason);
  const answer = parseAnswer(rawBody.toString('utf8'));
  if (answer === undefined) return refuse(400, 'unreadable', 'not an answer to a question');
  const { by, ...wanted } = answer.data;
  const person = personOf(by, wanted.reason);
  try {
    if (await webhook.used.has(verdict.id)) {
      const reason = 'this message was answered before';
      log.warn('decision-refused', { ...wanted, by: person.id, reason });
      return reply(409, { refused: reason, code: 'used' });
    }
    const decided = await decide({ ...wanted, by: person }, ports, settings);
    if (decided.type !== 'refused' || decided.code !== 'group-unknown') await webhook.used.add(verdict.id, clock());
    return told(decided, wanted.decision);
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    log.error('decision-unknown', { approvalId: wanted.approvalId, by: person.id, reason: error.message });
    return reply(503, { refused: 'it is not known whether that counted, so please send it again', code: 'unknown' });
  }
}

function personOf({ id, name }: { readonly id: string; readonly name?: string | undefined }, reason?: string): Decider {
  return { id: webhookPerson(id), name: name ?? id, ...(reason === undefined ? {} : { reason }) };
}

function told(decided: Decided, decision: z.infer<typeof Decision>): HttpResponse {
  if (decided.type === 'refused') return reply(statusOf[decided.code], { refused: decided.why, code: decided.code });
  if (decided.type === 'counted') return reply(202, { counted: true });
  return reply(200, { decision, expiresAt: new Date(decided.approval.expiresAt).toISOString() });
}

function reply(status: number, body: WebhookReply): HttpResponse {
  return json(status, body);
}

function parseAnswer(text: string): z.infer<typeof WebhookAnswer> | undefined {
  try {
    return WebhookAnswer.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON.
    return undefined;
  }
}
