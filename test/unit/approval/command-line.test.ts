import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../../functions/approval/approval.ts';
import type { HttpEvent } from '../../../functions/http-event.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeUserGroups } from '../../fakes/fake-user-groups.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf } from '../../fakes/sample-records.ts';

const ann = 'arn:aws:iam::111122223333:user/ann';
const approval = approvalOf({ callbackId: 'callback-1' });
const { approvalId, planDigest } = approval;

interface Call {
  /** Undefined: the URL without IAM. */
  readonly caller?: string | undefined;
  readonly body?: unknown;
  readonly headers?: HttpEvent['headers'];
}

async function createCalls(approvers: readonly string[] = [ann]) {
  const approvals = createInMemoryApprovalStore();
  await approvals.create(approval);
  const clock = createFakeClock(approval.requestedAt);
  const completed: unknown[] = [];
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
    signingSecret: async () => 'signing-secret-of-the-test',
    answerCommand: async () => ({ statusCode: 200, headers: {}, body: '{}' }),
    answerClick: async () => undefined,
    clock: clock.now,
    log: createRecordingLog(),
  };
  const post = async ({ caller = ann, body = {}, headers = {} }: Call = {}) => {
    const wanted = { approvalId, planDigest, decision: 'approved', ...Object(body) };
    const event: HttpEvent = {
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(wanted),
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'POST' },
        ...(caller === '' ? {} : { authorizer: { iam: { userArn: caller } } }),
      },
    };
    const { statusCode, body: said } = await decideApproval(event, ports, {
      approvers,
      rules: [],
      workspaces: [],
      questionChannels: [],
      apps: [],
    });
    return { status: statusCode, said: JSON.parse(said) };
  };
  return { post, approvals, clock, completed, status: async () => (await approvals.get(approvalId))?.status };
}

describe('an approver on the command line', () => {
  it.each(['approved', 'denied'])('has %s, once, under the name that AWS gives', async (decision) => {
    const { post, approvals, completed } = await createCalls();
    const said = { decision, as: ann };
    expect(await post({ body: { decision, reason: 'a release' } })).toEqual({ status: 200, said });
    expect(await approvals.get(approvalId)).toMatchObject({
      status: decision,
      decidedBy: { id: ann, name: 'ann', through: 'command-line', reason: 'a release' },
    });
    expect(completed).toMatchObject([{ callbackId: 'callback-1', result: { type: 'decision', decision } }]);
  });

  it('cannot change what was decided', async () => {
    const { post, status } = await createCalls();
    await post({ body: { decision: 'denied' } });
    expect((await post()).said).toEqual({ refused: `it is denied by ann (command line, ${ann}) already`, as: ann });
    expect(await status()).toBe('denied');
  });

  it.each([
    [899, { decision: 'approved', as: ann }],
    [900, { refused: 'it has expired', as: ann }],
  ])('after %i s is answered %o', async (seconds, said) => {
    const { post, clock } = await createCalls();
    clock.advanceSeconds(seconds);
    expect((await post()).said).toEqual(said);
  });

  it.each([
    [{ planDigest: 'e'.repeat(64) }, 'the plan has changed since this message'],
    [{ approvalId: 'lab-1.gpu-9.1.bounce.1' }, 'there is no such approval'],
  ])('who answers another question (%j) decides nothing', async (body, refused) => {
    const { post, status, completed } = await createCalls();
    expect((await post({ body })).said).toEqual({ refused, as: ann });
    expect([await status(), completed]).toEqual(['pending', []]);
  });
});

describe('nobody else', () => {
  it.each([
    ['a caller who is not on the list', [ann], 'arn:aws:iam::111122223333:user/bob'],
    ['anybody, when there is no list', [], ann],
    ['a session that is called like an approver', [ann], 'arn:aws:sts::111122223333:assumed-role/Ops/ann'],
  ])('decides: %s', async (_, approvers, caller) => {
    const { post, status } = await createCalls(approvers);
    expect((await post({ caller })).said).toEqual({ refused: 'you are not on the list of approvers', as: caller });
    expect(await status()).toBe('pending');
  });

  it.each([
    ['by a name in the body', { by: { id: ann, name: 'ann' } }],
    ['by a caller in the body', { requestContext: { authorizer: { iam: { userArn: ann } } } }],
    ['by a decision that there is not', { decision: 'withdrawn' }],
    ['by something that is not JSON', 'yes'],
  ])('becomes an approver %s', async (_, body) => {
    const { post, status } = await createCalls();
    expect(await post({ body })).toEqual({ status: 400, said: { error: 'not a decision' } });
    expect(await status()).toBe('pending');
  });

  it('becomes one by a header, on the URL that anybody may call', async () => {
    const { post, status } = await createCalls();
    const headers = { authorization: `Bearer ${ann}`, 'x-amzn-iam-user-arn': ann };
    expect((await post({ caller: '', headers })).status).toBe(401);
    expect(await status()).toBe('pending');
  });
});
