import { describe, expect, it } from 'vitest';
import {
  DENY_ACTION,
  NEXT_PAGE_ACTION,
  SHOW_PLAN_ACTION,
  SNOOZE_ACTION,
  TAKE_OVER_ACTION,
} from '../../../adapters/slack/approval-button.ts';
import { createApprovalUnderTest, SECRET } from '../../fakes/approval-under-test.ts';
import { approvalOf } from '../../fakes/sample-records.ts';
import { signedEvent } from '../../fakes/slack-click.ts';
import { textsIn } from '../slack/check-message.ts';

describe('a click', () => {
  it.each([
    [DENY_ACTION, 'denied'],
    [TAKE_OVER_ACTION, 'taken-over'],
  ] as const)('on %s says why, where the person has typed it', async (action, status) => {
    const { click, stored } = await createApprovalUnderTest();
    await click({ action, typed: 'training ends at noon' });
    expect(await stored()).toMatchObject({
      status,
      decidedBy: { id: 'U0ALICE', through: 'slack', reason: 'training ends at noon' },
    });
  });

  it('on Snooze keeps the question open for longer, and wakes nobody', async () => {
    const { click, stored, engine, approval } = await createApprovalUnderTest();
    expect((await click({ action: SNOOZE_ACTION })).said).toEqual({ decision: 'snoozed' });
    expect((await stored())?.expiresAt).toBeGreaterThan(approval.expiresAt);
    expect(engine.completed).toEqual([]);
  });

  it('of the first of two people is counted, and wakes nobody; the second decides', async () => {
    const { click, stored, engine } = await createApprovalUnderTest({ yesesNeeded: 2 });
    await click({ user: 'U0ALICE' });
    expect(await stored()).toMatchObject({ status: 'pending', yeses: [{ id: 'U0ALICE' }] });
    expect(engine.completed).toEqual([]);
    await click({ user: 'U0BEN' });
    expect(await stored()).toMatchObject({ status: 'approved', decidedBy: { id: 'U0BEN' } });
    expect(engine.completed).toHaveLength(1);
  });

  it('that Slack sends again, because it had no answer in time, is answered as the first', async () => {
    const { click, stored, answers } = await createApprovalUnderTest();
    await click();
    expect(await click({}, { retryNum: 1 })).toEqual({ status: 200, said: { decision: 'approved' } });
    expect((await stored())?.status).toBe('approved');
    expect(answers).toEqual([]);
  });

  it('that Slack sends again after somebody else has decided is told so', async () => {
    const { click, answers } = await createApprovalUnderTest();
    await click({ user: 'U0BEN', action: DENY_ACTION });
    await click({}, { retryNum: 1 });
    expect(answers.map(({ text }) => text)).toEqual(['Not done: it is denied by ben already.']);
  });

  it('while the table does not answer tells the person to click again, and a second one decides', async () => {
    const { click, faults, answers, stored } = await createApprovalUnderTest();
    faults.next('decide', 'refused');
    expect((await click()).status).toBe(200);
    expect(answers.map(({ text }) => text)).toEqual([
      'Not done: it is not known whether that counted, so please click again.',
    ]);
    await click();
    expect((await stored())?.status).toBe('approved');
  });
});

describe('the button that shows the plan', () => {
  const planLines = Array.from(
    { length: 401 },
    (_, index) => `gpu-1: route del 10.42.${index}.0/24 dev flannel.1 ${'x'.repeat(40)}`,
  );
  const value = (page?: number) => JSON.stringify({ approvalId: approvalOf().approvalId, page });

  it('shows it to whoever asks, and changes nothing', async () => {
    const { click, answers, stored, approval } = await createApprovalUnderTest({ planLines });
    await click({ user: 'U0BOB', action: SHOW_PLAN_ACTION, value: value() });
    expect(answers[0]).toMatchObject({ replace: false });
    expect(textsIn(answers[0]?.blocks).join('\n')).toContain(planLines[0]);
    expect(await stored()).toEqual(approval);
  });

  it('on a button that is none of ours is answered with its name, but not with a megabyte of it', async () => {
    const { click } = await createApprovalUnderTest();
    expect((await click({ action: 'x'.repeat(70_000), value: 'x' })).said).toEqual({ ignored: `${'x'.repeat(300)}…` });
  });

  it('turns the page in the place of the one before', async () => {
    const { click, answers } = await createApprovalUnderTest({ planLines });
    await click({ action: NEXT_PAGE_ACTION, value: value(1), ephemeral: true });
    expect(answers[0]).toMatchObject({ replace: true });
    expect(answers[0]?.text).toContain('page 2 of');
  });

  it.each([['x'], [JSON.stringify({ approvalId: 'a', page: -1 })], [JSON.stringify({ approvalId: 'a', page: 1.5 })]])(
    'with the value %s shows nothing',
    async (odd) => {
      const { click, answers } = await createApprovalUnderTest();
      expect((await click({ action: SHOW_PLAN_ACTION, value: odd })).said).toHaveProperty('ignored');
      expect(answers).toEqual([]);
    },
  );

  it('of a question that is gone says so', async () => {
    const { click, answers } = await createApprovalUnderTest();
    await click({ action: SHOW_PLAN_ACTION, value: JSON.stringify({ approvalId: 'gone', page: 0 }) });
    expect(answers.map(({ text }) => text)).toEqual(['Not done: there is no such approval.']);
  });

  it('shows nothing outside the configured workspace', async () => {
    const { click, answers } = await createApprovalUnderTest({ planLines });
    await click({ team: 'T0002', action: SHOW_PLAN_ACTION, value: value() });
    expect(answers.map(({ text }) => text)).toEqual(['Not done: this workspace is not the configured one.']);
  });
});

describe('before Slack has its answer', () => {
  it.each([
    ['a decision', {}, {}, ['signingSecret', 'approvals.decide', 'engine.completeCallback']],
    ['a snooze', { action: SNOOZE_ACTION }, {}, ['signingSecret', 'approvals.decide']],
    ['a click by a stranger', { user: 'U0BOB' }, {}, ['signingSecret', 'answerClick']],
    ['a click from another channel', { channel: 'C1' }, {}, ['signingSecret', 'answerClick']],
    ['a forged click', {}, { secret: 'another-secret-of-somebody' }, ['signingSecret']],
  ] as const)('%s takes these calls and no other', async (_, parts, sent, calls) => {
    const approval = await createApprovalUnderTest();
    await approval.click(parts, sent);
    expect(approval.calls).toEqual(calls);
  });
});

describe("Slack's check of the address", () => {
  it('is answered with its challenge, when it is signed', async () => {
    const { receive, clock } = await createApprovalUnderTest();
    const body = JSON.stringify({
      token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
      challenge: '3eZbrw1aBm2r',
      type: 'url_verification',
    });
    const headers = { 'content-type': 'application/json' };
    expect(await receive(signedEvent(body, SECRET, clock.now(), { headers }))).toEqual({
      status: 200,
      said: { challenge: '3eZbrw1aBm2r' },
    });
    const forged = signedEvent(body, SECRET, clock.now(), { headers, secret: 'another-secret-of-somebody' });
    expect((await receive(forged)).status).toBe(401);
  });

  it('is the only JSON that is answered', async () => {
    const { receive, clock } = await createApprovalUnderTest();
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    for (const body of ['{"type":"event_callback"}', '{', '[]'])
      expect((await receive(signedEvent(body, SECRET, clock.now(), { headers }))).status).toBe(400);
  });
});
