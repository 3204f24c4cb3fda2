import { describe, expect, it } from 'vitest';
import type { Approval } from '../../../core/safety/approval.ts';
import type { ClickSettings } from '../../../functions/approval/handle-click.ts';
import { WebhookReply } from '../../../functions/approval/webhook-answer.ts';
import { createApprovalUnderTest, SECRET } from '../../fakes/approval-under-test.ts';
import { briefOf } from '../../fakes/sample-records.ts';
import { signedEvent } from '../../fakes/slack-click.ts';
import {
  ANSWER_KEY,
  type AnswerParts,
  type AnswerSending,
  answerBody,
  answerEvent,
} from '../../fakes/webhook-answer.ts';

const ANN = 'webhook:ann@acme.example';
const approvers = ['U0ALICE', ANN, 'webhook:ben'];
const under = (question: Partial<Approval> = {}, settings: Partial<ClickSettings> = {}) =>
  createApprovalUnderTest(question, { approvers, ...settings });

describe('a person of another tool', () => {
  it.each([
    ['approved', 'approved'],
    ['denied', 'denied'],
    ['taken-over', 'taken-over'],
    ['snoozed', 'pending'],
  ])('who is on the list has %s', async (decision, status) => {
    const { answer, stored } = await under();
    const { status: code, said } = await answer({ decision });
    expect([code, said.decision]).toEqual([200, decision]);
    expect(said).toEqual(WebhookReply.parse(said));
    expect((await stored())?.status).toBe(status);
  });

  it('is on record with name, reason and where it came from', async () => {
    const { answer, stored, engine, log } = await under();
    await answer({ decision: 'denied', reason: 'jobs until six\n• healed' });
    expect((await stored())?.decidedBy).toEqual({ id: ANN, name: 'Ann', reason: 'jobs until six • healed' });
    expect(engine.completed).toMatchObject([{ result: { decision: 'denied', by: { id: ANN } } }]);
    expect(log.of('approval-decided')).toMatchObject([{ by: ANN, outcome: 'decided' }]);
  });

  it('may send a body in base64, as Lambda passes it on', async () => {
    const { answer, stored } = await under();
    expect((await answer({}, { base64: true })).status).toBe(200);
    expect((await stored())?.status).toBe('approved');
  });

  it('is one of two, and the other comes from elsewhere', async () => {
    const { answer, click, stored } = await under({ yesesNeeded: 2 });
    expect(await answer()).toEqual({ status: 202, said: { counted: true } });
    expect(await answer({ by: { id: 'ben' } }, { messageId: 'answer_2' })).toMatchObject({
      status: 409,
      said: { code: 'same-person' },
    });
    await click({ user: 'U0ALICE' });
    expect((await stored())?.status).toBe('approved');
  });

  it('and one who clicks in Slack at the same time: one counts, the other is told', async () => {
    const { answer, click, stored, log } = await under();
    const [answered] = await Promise.all([answer({ decision: 'denied' }), click({ user: 'U0ALICE' })]);
    const won = (await stored())?.status === 'denied';
    expect(answered.status).toBe(won ? 200 : 409);
    expect(log.of('approval-decided')).toHaveLength(1);
    expect(log.of('decision-refused')).toHaveLength(1);
  });

  it('is judged by the rule that counts for the question', async () => {
    const rules = [{ pool: 'research', approvers: ['webhook:ben'] }];
    const { answer, stored } = await under({ brief: briefOf({ pools: ['research'] }) }, { rules });
    expect((await answer()).status).toBe(403);
    expect((await answer({ by: { id: 'ben' } }, { messageId: 'answer_2' })).status).toBe(200);
    expect((await stored())?.decidedBy?.id).toBe('webhook:ben');
  });
});

describe('an answer whose fate is not known', () => {
  it('may be sent again as it is, and counts once', async () => {
    const { answer, stored, faults, log } = await under();
    faults.next('decide', 'refused');
    expect(await answer()).toMatchObject({ status: 503, said: { code: 'unknown' } });
    expect(log.of('decision-unknown')).toHaveLength(1);
    expect((await stored())?.status).toBe('pending');
    expect((await answer()).status).toBe(200);
    expect(await answer()).toMatchObject({ status: 409, said: { code: 'used' } });
  });
});

interface Attack {
  readonly answer?: AnswerParts;
  readonly sending?: AnswerSending;
  readonly body?: string;
  readonly question?: Partial<Approval>;
  /** Seconds after the question. */
  readonly after?: number;
  readonly status: number;
  readonly code: string;
  /** The reason in the log. */
  readonly reason: string;
}

const unsigned = { status: 401, code: 'unsigned' };
const refused = { status: 403, code: 'not-allowed', reason: 'you are not on the list of approvers' };
const unreadable = { status: 400, code: 'unreadable', reason: 'not an answer to a question' };

const attacks: Readonly<Record<string, Attack>> = {
  'with a forged signature': {
    sending: { key: Buffer.from('another-key-of-at-least-24-bytes') },
    ...unsigned,
    reason: 'wrong signature',
  },
  'signed with the secret of Slack': { sending: { key: Buffer.from(SECRET) }, ...unsigned, reason: 'wrong signature' },
  'without a signature': {
    sending: { headers: { 'webhook-signature': '' } },
    ...unsigned,
    reason: 'wrong signature',
  },
  'that is too old': { sending: { ageSeconds: 301 }, ...unsigned, reason: 'too old, or from the future' },
  'from the future': { sending: { ageSeconds: -301 }, ...unsigned, reason: 'too old, or from the future' },
  'cut short': { sending: { tamper: (body) => body.slice(0, -1) }, ...unsigned, reason: 'wrong signature' },
  'with another person written into it': {
    answer: { by: { id: 'mallory' } },
    sending: { tamper: (body) => body.replace('mallory', 'ben') },
    ...unsigned,
    reason: 'wrong signature',
  },
  'under another id': { sending: { headers: { 'webhook-id': 'answer_9' } }, ...unsigned, reason: 'wrong signature' },
  'by somebody who is not on the list': { answer: { by: { id: 'mallory' } }, ...refused },
  'by somebody whose name is that of an approver': {
    answer: { by: { id: 'Ann@acme.example', name: 'Ann' } },
    ...refused,
  },
  'by somebody who has the id of a user of Slack': { answer: { by: { id: 'U0ALICE' } }, ...refused },
  'by somebody who has the whole id of an approver': { answer: { by: { id: ANN } }, ...unreadable },
  'by the ARN of an AWS user': {
    answer: { by: { id: 'arn:aws:iam::111122223333:user/ann' } },
    ...unreadable,
  },
  'by two people in one id': { answer: { by: { id: 'mallory,webhook:ben' } }, ...unreadable },
  'by nobody': { answer: { by: { name: 'Ann' } }, ...unreadable },
  'with more about the person': { answer: { by: { id: 'ben', through: 'slack' } }, ...unreadable },
  'with more in it': { answer: { more: { by: { id: ANN } } }, ...unreadable },
  'that is a question of ours': { answer: { more: { type: 'approval.requested' } }, ...unreadable },
  'with a decision that there is not': { answer: { decision: 'expired' }, ...unreadable },
  'that is not JSON': { body: 'payload=yes', ...unreadable },
  'on a plan that has changed': {
    question: { planDigest: 'e'.repeat(64) },
    status: 409,
    code: 'digest-mismatch',
    reason: 'the plan has changed since this message',
  },
  'with the id of another question': {
    answer: { approvalId: 'lab-1.gpu-2.1.bounce.1' },
    status: 404,
    code: 'missing',
    reason: 'there is no such approval',
  },
  'after the expiry': { after: 900, status: 410, code: 'expired', reason: 'it has expired' },
  'on a withdrawn question': {
    question: { status: 'withdrawn' },
    status: 409,
    code: 'already',
    reason: 'it is withdrawn already',
  },
  'by the person who has said the first of two yeses': {
    question: { yesesNeeded: 2, yeses: [{ id: ANN, name: 'Ann' }] },
    status: 409,
    code: 'same-person',
    reason: 'you have said yes already, and another person must',
  },
};

describe('an attack through the approval webhook', () => {
  it.each(Object.entries(attacks))('%s changes nothing, and is logged with its reason', async (_, attack) => {
    const { answer, sending, body, question, after = 0, status, code, reason } = attack;
    const { receive, stored, log, clock, engine } = await under(question);
    clock.advanceSeconds(after);
    const before = await stored();
    const { status: answered, said } = await receive(answerEvent(body ?? answerBody(answer), clock.now(), sending));
    expect([answered, said.code]).toEqual([status, code]);
    expect(said).toEqual(WebhookReply.parse(said));
    expect(await stored()).toEqual(before);
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason'])).toEqual([reason]);
    expect(engine.completed.map(({ result }) => result)).not.toContainEqual(
      expect.objectContaining({ decision: 'approved' }),
    );
  });

  it('that is sent again, byte for byte, decides once and is told that it was used', async () => {
    const { receive, stored, clock, log } = await under();
    const event = answerEvent(answerBody({ decision: 'snoozed' }), clock.now());
    expect((await receive(event)).status).toBe(200);
    const first = await stored();
    clock.advanceSeconds(60);
    expect(await receive(event)).toMatchObject({ status: 409, said: { code: 'used' } });
    expect(await stored()).toEqual(first);
    expect(log.of('decision-refused')).toMatchObject([{ reason: 'this message was answered before' }]);
  });

  it('reads no question before the signature is right', async () => {
    const { answer, calls } = await under();
    await answer({}, { key: Buffer.from('another-key-of-at-least-24-bytes') });
    expect(calls).toEqual(['answerKeys']);
  });

  it('on the path of Slack is no click, and a click on its path is no answer', async () => {
    const { answer, receive, stored, clock, approval } = await under();
    expect((await answer({}, { path: '/' })).status).toBe(401);
    const click = signedEvent(answerBody(), SECRET, clock.now());
    expect(await receive({ ...click, rawPath: '/answers' })).toMatchObject({ status: 401, said: { code: 'unsigned' } });
    expect(await stored()).toEqual(approval);
  });

  it('from Slack under the id of another tool is none of an approver', async () => {
    const { click, stored, approval, answers } = await under();
    await click({ user: ANN });
    expect(await stored()).toEqual(approval);
    expect(answers).toEqual([{ text: 'Not done: you are not on the list of approvers.' }]);
  });
});

describe('a stack without an approval webhook', () => {
  it('takes no answers', async () => {
    const { decideApproval } = await import('../../../functions/approval/approval.ts');
    const { ports, settings, clock } = await under();
    const event = answerEvent(answerBody(), clock.now(), { key: ANSWER_KEY });
    const { statusCode, body } = await decideApproval(event, { ...ports, webhook: undefined }, settings);
    expect([statusCode, JSON.parse(body).code]).toEqual([404, 'no-webhook']);
  });
});
