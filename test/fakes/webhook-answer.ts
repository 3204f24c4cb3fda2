import { signMessage } from '../../adapters/webhook/standard-webhook.ts';
import { ANSWERS_PATH } from '../../functions/approval/webhook-answer.ts';
import type { HttpEvent } from '../../functions/http-event.ts';
import { approvalOf } from './sample-records.ts';

const { approvalId, planDigest } = approvalOf();

export const ANSWER_KEY = Buffer.from('answer-key-of-the-test-32-bytes!');

/** What a test changes of an answer. */
export interface AnswerParts {
  readonly by?: unknown;
  readonly decision?: string;
  readonly planDigest?: string;
  readonly approvalId?: string;
  readonly reason?: string;
  /** Beside what belongs there. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface AnswerSending {
  readonly key?: Buffer;
  readonly messageId?: string;
  readonly ageSeconds?: number;
  readonly base64?: boolean;
  /** Changes the body after it was signed. */
  readonly tamper?: (body: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** Ann's yes to the sample question. */
export function answerBody({ more, by = { id: 'ann@acme.example', name: 'Ann' }, ...parts }: AnswerParts = {}): string {
  const data = { approvalId, planDigest, decision: 'approved', by, ...parts };
  return JSON.stringify({ type: 'approval.answer', data, ...more });
}

/** A body as a function URL passes it on, signed at `at` (epoch milliseconds). */
export function answerEvent(body: string, at: number, sending: AnswerSending = {}): HttpEvent {
  const { key = ANSWER_KEY, messageId = 'answer_1', ageSeconds = 0, base64 = false, path = ANSWERS_PATH } = sending;
  const timestamp = String(Math.floor(at / 1_000) - ageSeconds);
  const sent = sending.tamper?.(body) ?? body;
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': messageId,
      'webhook-timestamp': timestamp,
      'webhook-signature': signMessage([key], { id: messageId, timestamp, rawBody: Buffer.from(body) }),
      ...sending.headers,
    },
    rawPath: path,
    body: base64 ? Buffer.from(sent).toString('base64') : sent,
    isBase64Encoded: base64,
    requestContext: { http: { method: 'POST' } },
  };
}
