import { describe, expect, it } from 'vitest';
import type { ClickAnswer } from '../../../adapters/slack/answer-click.ts';
import { APPROVE_ACTION, DENY_ACTION } from '../../../adapters/slack/approval-button.ts';
import { signSlackBody } from '../../../adapters/slack/verify-signature.ts';
import { decideApproval } from '../../../functions/approval/approval.ts';
import type { ClickSettings } from '../../../functions/approval/handle-click.ts';
import type { HttpEvent } from '../../../functions/http-event.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeUserGroups } from '../../fakes/fake-user-groups.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf } from '../../fakes/sample-records.ts';

const SECRET = 'signing-secret-of-the-test';
const approval = approvalOf({ callbackId: 'callback-1' });

interface Click {
  readonly user?: string;
  readonly action?: string;
  readonly value?: unknown;
  readonly base64?: boolean;
  readonly secret?: string;
}

const anywhere = { workspaces: [], apps: [], questionChannels: [] };

async function createClicks(approvers: readonly string[] = ['U0ALICE'], from: Partial<ClickSettings> = {}) {
  const approvals = createInMemoryApprovalStore();
  await approvals.create(approval);
  const clock = createFakeClock(approval.requestedAt);
  const completed: unknown[] = [];
  const told: string[] = [];
  const ports = {
    approvals,
    engine: {
      start: async () => 'started' as const,
      completeCallback: async (callbackId: string, result: unknown) => {
        completed.push({ callbackId, result });
        return 'completed' as const;
      },
      describe: async () => ({ status: 'running' as const }),
    },
    groups: createFakeUserGroups(),
    safety: createInMemorySafetyRecords(),
    answerMention: async () => ({ statusCode: 404, headers: {}, body: '{}' }),
    signingSecret: async () => SECRET,
    answerCommand: async () => ({ statusCode: 200, headers: {}, body: '{}' }),
    answerClick: async (_: string, { text }: ClickAnswer) => void told.push(text),
    clock: clock.now,
    log: createRecordingLog(),
  };
  const click = async ({
    user = 'U0ALICE',
    action = APPROVE_ACTION,
    value,
    base64 = false,
    secret = SECRET,
  }: Click = {}) => {
    const payload = {
      type: 'block_actions',
      team: { id: 'T0OURS' },
      api_app_id: 'A0OURS',
      user: { id: user, username: user.toLowerCase() },
      actions: [
        {
          action_id: action,
          value: JSON.stringify(value ?? { approvalId: approval.approvalId, planDigest: approval.planDigest }),
        },
      ],
      response_url: 'http://127.0.0.1/whisper',
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(clock.now() / 1_000));
    const event: HttpEvent = {
      headers: {
        'X-Slack-Request-Timestamp': timestamp,
        'x-slack-signature': signSlackBody(secret, timestamp, Buffer.from(body)),
      },
      body: base64 ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded: base64,
      requestContext: { http: { method: 'POST' } },
    };
    const response = await decideApproval(event, ports, { approvers, rules: [], ...anywhere, ...from });
    return { status: response.statusCode, said: JSON.parse(response.body) };
  };
  return { click, approvals, clock, completed, told };
}

describe('an approver', () => {
  it.each([
    [APPROVE_ACTION, 'approved', false],
    [DENY_ACTION, 'denied', false],
    [APPROVE_ACTION, 'approved', true],
  ])('who clicks %s has %s (base64 body: %s)', async (action, decision, base64) => {
    const { click, approvals, completed } = await createClicks();
    expect(await click({ action, base64 })).toEqual({ status: 200, said: { decision } });
    expect(await approvals.get(approval.approvalId)).toMatchObject({ status: decision, decidedBy: { id: 'U0ALICE' } });
    expect(completed).toMatchObject([{ callbackId: 'callback-1', result: { type: 'decision', decision } }]);
  });

  it('cannot change a decision by a second click; the first is delivered again, in case it was lost', async () => {
    const { click, approvals, completed, told } = await createClicks();
    await click({ action: DENY_ACTION });
    expect((await click()).said).toEqual({ refused: 'it is denied by u0alice already' });
    expect((await approvals.get(approval.approvalId))?.status).toBe('denied');
    expect(completed).toMatchObject([{ result: { decision: 'denied' } }, { result: { decision: 'denied' } }]);
    expect(told).toEqual(['Not done: it is denied by u0alice already.']);
  });

  it.each([
    [899, { decision: 'approved' }],
    [900, { refused: 'it has expired' }],
  ])('after %i s is answered %o', async (seconds, said) => {
    const { click, clock } = await createClicks();
    clock.advanceSeconds(seconds);
    expect((await click()).said).toEqual(said);
  });

  it.each([
    [
      'the workspace and app that are configured',
      { workspaces: ['T0OURS'], apps: ['A0OURS'] },
      { decision: 'approved' },
    ],
    [
      'another workspace',
      { workspaces: ['T0OTHER'], apps: [] },
      { refused: 'this workspace is not the configured one' },
    ],
    ['another app', { workspaces: ['T0OURS'], apps: ['A0OTHER'] }, { refused: 'this app is not the configured one' }],
  ])('who clicks in %s is answered as is right', async (_where, from, said) => {
    const { click } = await createClicks(['U0ALICE'], from);
    expect((await click()).said).toEqual(said);
  });

  it('cannot approve another plan than the one that is stored', async () => {
    const { click, completed } = await createClicks();
    const value = { approvalId: approval.approvalId, planDigest: 'e'.repeat(64) };
    expect((await click({ value })).said).toEqual({ refused: 'the plan has changed since this message' });
    expect(completed).toEqual([]);
  });
});

describe('everybody else', () => {
  it('is refused, and told', async () => {
    const { click, approvals, told } = await createClicks();
    expect((await click({ user: 'U0BOB' })).said).toEqual({ refused: 'you are not on the list of approvers' });
    expect((await approvals.get(approval.approvalId))?.status).toBe('pending');
    expect(told).toHaveLength(1);
  });

  it('is everybody when there is no list', async () => {
    const { click } = await createClicks([]);
    expect((await click()).said).toEqual({ refused: 'you are not on the list of approvers' });
  });

  it('with a wrong signature is not even parsed', async () => {
    const { click, approvals } = await createClicks();
    expect((await click({ secret: 'wrong' })).status).toBe(401);
    expect((await approvals.get(approval.approvalId))?.status).toBe('pending');
  });

  it.each([['not json'], [{ approvalId: '' }], [{ approvalId: 'x', planDigest: 'short' }]])(
    'with a button that is none of ours (%o) changes nothing',
    async (value) => {
      const { click, completed } = await createClicks();
      expect((await click({ value })).said).toHaveProperty('ignored');
      expect(completed).toEqual([]);
    },
  );
});
