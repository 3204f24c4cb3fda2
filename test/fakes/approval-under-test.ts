import { createTableOver } from '../../adapters/aws/dynamodb-table.ts';
import { createUsedAnswers } from '../../adapters/aws/dynamodb-used-answers.ts';
import type { ClickAnswer } from '../../adapters/slack/answer-click.ts';
import type { Approval } from '../../core/safety/approval.ts';
import { decideApproval } from '../../functions/approval/approval.ts';
import type { ClickSettings } from '../../functions/approval/handle-click.ts';
import type { HttpEvent } from '../../functions/http-event.ts';
import { createCountingTable } from './counting-table.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeEngine } from './fake-engine.ts';
import { createFakeUserGroups } from './fake-user-groups.ts';
import { createInMemoryApprovalStore } from './in-memory-approval-store.ts';
import { createInMemorySafetyRecords } from './in-memory-safety-records.ts';
import { createRecordingLog } from './recording-log.ts';
import { approvalOf } from './sample-records.ts';
import { type ClickParts, type SendParts, slackClickEvent, slackClickPayload } from './slack-click.ts';
import { ANSWER_KEY, type AnswerParts, type AnswerSending, answerBody, answerEvent } from './webhook-answer.ts';

export const SECRET = 'signing-secret-of-the-test';

/** Alice and ben may answer, from one workspace, app and channel. */
const configured: ClickSettings = {
  approvers: ['U0ALICE', 'U0BEN'],
  rules: [],
  workspaces: ['T0001'],
  apps: ['A123456'],
  questionChannels: ['C2147483705'],
};

/** The approval function with one open question, everything outside in memory, and its calls counted. */
export async function createApprovalUnderTest(question: Partial<Approval> = {}, settings: Partial<ClickSettings> = {}) {
  const approval = approvalOf({ callbackId: 'callback-1', ...question });
  const approvals = createInMemoryApprovalStore();
  await approvals.create(approval);
  const clock = createFakeClock(approval.requestedAt);
  const engine = createFakeEngine();
  engine.openCallback('callback-1');
  const log = createRecordingLog();
  const answers: ClickAnswer[] = [];
  const groups = createFakeUserGroups();
  const safety = createInMemorySafetyRecords();
  const table = createTableOver(createCountingTable());
  const calls: string[] = [];
  const counted = <T extends unknown[], R>(name: string, call: (...args: T) => Promise<R>) => {
    return (...args: T) => {
      calls.push(name);
      return call(...args);
    };
  };
  const ports = {
    approvals: { get: counted('approvals.get', approvals.get), decide: counted('approvals.decide', approvals.decide) },
    safety: {
      pauses: { ...safety.pauses, get: counted('pauses.get', safety.pauses.get) },
      standing: { ...safety.standing, change: counted('standing.change', safety.standing.change) },
    },
    groups: { membersOf: counted('groups.membersOf', groups.membersOf) },
    engine: { completeCallback: counted('engine.completeCallback', engine.completeCallback) },
    answerMention: async () => ({ statusCode: 404, headers: {}, body: '{}' }),
    signingSecret: counted('signingSecret', async () => SECRET),
    answerCommand: async () => ({ statusCode: 200, headers: {}, body: '{}' }),
    answerClick: counted('answerClick', async (_: string, answer: ClickAnswer) => void answers.push(answer)),
    webhook: { readKeys: counted('answerKeys', async () => [ANSWER_KEY] as const), used: createUsedAnswers(table) },
    clock: clock.now,
    log,
  };
  const given = { ...configured, ...settings };
  const receive = async (event: HttpEvent) => {
    const { statusCode, body } = await decideApproval(event, ports, given);
    return { status: statusCode, said: JSON.parse(body) };
  };
  return {
    approval,
    ports,
    settings: given,
    answers,
    calls,
    clock,
    engine,
    log,
    faults: approvals.faults,
    groups,
    safety,
    receive,
    click: (parts: ClickParts = {}, sent: SendParts = {}) =>
      receive(slackClickEvent(slackClickPayload(parts), SECRET, clock.now(), sent)),
    /** An answer through the approval webhook. */
    answer: (parts: AnswerParts = {}, sending: AnswerSending = {}) =>
      receive(answerEvent(answerBody(parts), clock.now(), sending)),
    stored: () => approvals.get(approval.approvalId),
  };
}
