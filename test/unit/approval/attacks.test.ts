import { describe, expect, it } from 'vitest';
import {
  APPROVE_ACTION,
  APPROVE_NEXT_ACTION,
  DENY_ACTION,
  SNOOZE_ACTION,
  TAKE_OVER_ACTION,
} from '../../../adapters/slack/approval-button.ts';
import type { Approval } from '../../../core/safety/approval.ts';
import { STANDING_LIST } from '../../../core/safety/standing-approval.ts';
import { createApprovalUnderTest, SECRET } from '../../fakes/approval-under-test.ts';
import { approvalOf, briefOf } from '../../fakes/sample-records.ts';
import {
  type ClickParts,
  type SendParts,
  signedEvent,
  slackClickEvent,
  slackClickPayload,
} from '../../fakes/slack-click.ts';

const { approvalId, planDigest } = approvalOf();
const buttonOf = (parts: Readonly<Record<string, unknown>>) => JSON.stringify({ approvalId, planDigest, ...parts });

interface Attack {
  readonly click?: ClickParts;
  readonly sent?: SendParts;
  readonly question?: Partial<Approval>;
  /** Seconds after the question. */
  readonly after?: number;
  readonly status?: number;
  /** The reason in the log. */
  readonly reason: string;
}

const attacks: Readonly<Record<string, Attack>> = {
  'with a forged signature': { sent: { secret: 'another-secret-of-somebody' }, status: 401, reason: 'wrong signature' },
  'without a signature': { sent: { headers: { 'x-slack-signature': '' } }, status: 401, reason: 'wrong signature' },
  'without a timestamp': {
    sent: { headers: { 'x-slack-request-timestamp': '' } },
    status: 401,
    reason: 'no timestamp',
  },
  'with a timestamp in another notation': {
    sent: { headers: { 'x-slack-request-timestamp': '1e9' } },
    status: 401,
    reason: 'no timestamp',
  },
  'that is too old': { sent: { ageSeconds: 301 }, status: 401, reason: 'too old, or from the future' },
  'from the future': { sent: { ageSeconds: -301 }, status: 401, reason: 'too old, or from the future' },
  'cut short': { sent: { tamper: (body) => body.slice(0, -1) }, status: 401, reason: 'wrong signature' },
  'with something added': {
    sent: { tamper: (body) => `${body}&payload=%7B%7D` },
    status: 401,
    reason: 'wrong signature',
  },
  'with another user written into it': {
    sent: { tamper: (body) => body.replaceAll('U0MALLORY', 'U0ALICE') },
    click: { user: 'U0MALLORY' },
    status: 401,
    reason: 'wrong signature',
  },
  'with a body that only says that it is base64': {
    sent: { base64: true, tamper: (body) => `${body} ` },
    status: 401,
    reason: 'wrong signature',
  },
  'from another workspace': { click: { team: 'T0002' }, reason: 'this workspace is not the configured one' },
  'of a guest from another workspace in a shared channel': {
    click: { userTeam: 'T0002' },
    reason: 'this workspace is not the configured one',
  },
  'from another app': { click: { app: 'A999999' }, reason: 'this app is not the configured one' },
  'from another channel': { click: { channel: 'C0000000001' }, reason: 'this channel is not the configured one' },
  'by somebody who is not on the list': { click: { user: 'U0BOB' }, reason: 'you are not on the list of approvers' },
  'by somebody whose name is that of an approver': {
    click: { user: 'u0alice' },
    reason: 'you are not on the list of approvers',
  },
  'by an approver who is not on the list of the rule': {
    click: { user: 'U0BEN' },
    question: { brief: briefOf({ pools: ['research'] }) },
    reason: 'you are not on the list of approvers',
  },
  'on a plan that has changed': {
    question: { planDigest: 'e'.repeat(64) },
    reason: 'the plan has changed since this message',
  },
  'with the digest of another plan': {
    click: { value: buttonOf({ planDigest: 'a'.repeat(64) }) },
    reason: 'the plan has changed since this message',
  },
  'with the id of another question': {
    click: { value: buttonOf({ approvalId: 'lab-1.gpu-2.1.bounce.1' }) },
    reason: 'there is no such approval',
  },
  'after the expiry': { after: 900, reason: 'it has expired' },
  'on a withdrawn question': { question: { status: 'withdrawn' }, reason: 'it is withdrawn already' },
  'on a denied question': { question: { status: 'denied' }, reason: 'it is denied already' },
  'by the person who has said the first of two yeses': {
    question: { yesesNeeded: 2, yeses: [{ id: 'U0ALICE', name: 'alice' }] },
    reason: 'you have said yes already, and another person must',
  },
  'for this and the next, by somebody who is not on the list': {
    click: { user: 'U0BOB', action: APPROVE_NEXT_ACTION },
    reason: 'you are not on the list of approvers',
  },
  'for this and the next, on another plan': {
    click: { action: APPROVE_NEXT_ACTION, value: buttonOf({ planDigest: 'a'.repeat(64) }) },
    reason: 'the plan has changed since this message',
  },
  'for this and the next, after the expiry': {
    click: { action: APPROVE_NEXT_ACTION },
    after: 900,
    reason: 'it has expired',
  },
  'with a value that is not JSON': { click: { value: 'approve' }, reason: 'not one of our buttons' },
  'with a digest that is none': {
    click: { value: buttonOf({ planDigest: 'x' }) },
    reason: 'not one of our buttons',
  },
  'with an id that is too long': {
    click: { value: buttonOf({ approvalId: 'a'.repeat(201) }) },
    reason: 'not one of our buttons',
  },
  'on a button of another app': { click: { action: 'approve_everything' }, reason: 'not one of our buttons' },
  'on a button that has the name of what every object has': {
    click: { action: 'constructor' },
    reason: 'not one of our buttons',
  },
};

describe('an attack by a click', () => {
  const rules = [{ pool: 'research', approvers: ['U0CLEO'] }];

  it.each(Object.entries(attacks))('%s changes nothing, and is logged with its reason', async (_, attack) => {
    const { click, question, sent, after = 0, status = 200, reason } = attack;
    const { stored, engine, log, clock, safety, ...approval } = await createApprovalUnderTest(question, { rules });
    clock.advanceSeconds(after);
    const before = await stored();
    expect((await approval.click(click, sent)).status).toBe(status);
    expect(await stored()).toEqual(before);
    expect(await safety.standing.get(STANDING_LIST)).toBeUndefined();
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason'])).toEqual([reason]);
    const delivered = engine.completed.map(({ result }) => result);
    expect(delivered).not.toContainEqual(expect.objectContaining({ decision: 'approved' }));
  });

  it.each([APPROVE_ACTION, APPROVE_NEXT_ACTION, DENY_ACTION, TAKE_OVER_ACTION, SNOOZE_ACTION])(
    'of somebody who is not on the list changes nothing: %s',
    async (action) => {
      const { click, stored, approval, answers } = await createApprovalUnderTest();
      await click({ user: 'U0BOB', action });
      expect(await stored()).toEqual(approval);
      expect(answers).toEqual([{ text: 'Not done: you are not on the list of approvers.' }]);
    },
  );

  it('that says who clicked in the value of the button is one of who really clicked', async () => {
    const { click, stored } = await createApprovalUnderTest();
    await click({ user: 'U0BOB', value: buttonOf({ by: { id: 'U0ALICE' }, user: { id: 'U0ALICE' } }) });
    expect((await stored())?.status).toBe('pending');
  });

  it('that is sent again, byte for byte, decides once and tells that it is decided', async () => {
    const { receive, clock, answers, log, stored } = await createApprovalUnderTest();
    const event = slackClickEvent(slackClickPayload(), SECRET, clock.now());
    expect((await receive(event)).said).toEqual({ decision: 'approved' });
    const first = await stored();
    expect((await receive(event)).said).toEqual({ refused: 'it is approved by alice already' });
    expect(await stored()).toEqual(first);
    expect(answers).toEqual([{ text: 'Not done: it is approved by alice already.' }]);
    expect(log.of('decision-refused')).toHaveLength(1);
  });

  it('and one by another person at the same time: one counts, the other is told', async () => {
    const { click, stored, answers, log } = await createApprovalUnderTest();
    await Promise.all([click({ user: 'U0ALICE' }), click({ user: 'U0BEN', action: DENY_ACTION })]);
    expect(['approved', 'denied']).toContain((await stored())?.status);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.text).toMatch(/^Not done: it is (approved by alice|denied by ben) already\.$/);
    expect(log.of('approval-decided')).toHaveLength(1);
  });

  it('with the name of an approver full of markup is told without it', async () => {
    const { receive, clock, answers } = await createApprovalUnderTest();
    const named = (id: string) => ({ ...slackClickPayload(), user: { id, name: '<!channel> *root*\n• healed' } });
    await receive(slackClickEvent(named('U0ALICE'), SECRET, clock.now()));
    await receive(slackClickEvent(named('U0BEN'), SECRET, clock.now()));
    expect(answers[0]?.text).toBe('Not done: it is approved by &lt;!channel&gt; ∗root∗ • healed already.');
  });
});

describe('a body that is no click', () => {
  it.each([
    ['nothing', '', 400],
    ['no payload', 'x=1', 400],
    ['a payload that is not JSON', 'payload=%7B', 400],
    ['a payload that is a list', 'payload=%5B%5D', 400],
    ['a shortcut', `payload=${encodeURIComponent('{"type":"shortcut","user":{"id":"U0ALICE"}}')}`, 400],
    [
      'a click without actions',
      `payload=${encodeURIComponent('{"type":"block_actions","user":{"id":"U0ALICE"},"actions":[]}')}`,
      400,
    ],
    ["Slack's check of the certificate", 'ssl_check=1', 200],
  ])('%s changes nothing', async (_, body, status) => {
    const { receive, clock, stored, approval } = await createApprovalUnderTest();
    expect((await receive(signedEvent(body, SECRET, clock.now()))).status).toBe(status);
    expect(await stored()).toEqual(approval);
  });
});
