import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClickAnswer } from '../../../adapters/slack/answer-click.ts';
import {
  APPROVE_ACTION,
  DENY_ACTION,
  NEXT_PAGE_ACTION,
  REASON_INPUT,
  SHOW_PLAN_ACTION,
} from '../../../adapters/slack/approval-button.ts';
import { connectSlack } from '../../../adapters/slack/slack-client.ts';
import { createSlackMessenger } from '../../../adapters/slack/slack-messenger.ts';
import type { Approval } from '../../../core/safety/approval.ts';
import { decideApproval } from '../../../functions/approval/approval.ts';
import { HttpEvent } from '../../../functions/http-event.ts';
import { notify } from '../../../functions/notify/notify.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { serveFunctionUrls } from '../../../local/serve-function-urls.ts';
import { standInPlace } from '../../../local/slack/slack-payloads.ts';
import { type SlackStandIn, startSlackStandIn } from '../../../local/slack/slack-stand-in.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createFakeUserGroups } from '../../fakes/fake-user-groups.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryReplies } from '../../fakes/in-memory-replies.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createInMemoryShownMessages } from '../../fakes/in-memory-shown-messages.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf, briefOf, incidentOf } from '../../fakes/sample-records.ts';
import { buttonsIn, textsIn } from '../../unit/slack/check-message.ts';

const signingSecret = 'signing-secret-of-the-test';
const planLines = Array.from({ length: 401 }, (_, index) => `gpu-1: route del 10.42.${index}.0/24 dev flannel.1`);

let stateDir = '';
let slack: SlackStandIn;
const closers: (() => void)[] = [];

/** The notifier and the approval function on one side, Slack on the other, HTTP between them. */
async function question(parts: Partial<Approval> = {}) {
  const log = createRecordingLog();
  const approvals = createInMemoryApprovalStore();
  const store = createInMemoryIncidentStore();
  const asked = approvalOf({
    brief: briefOf({ lineCount: 401 }),
    planLines,
    callbackId: 'callback-1',
    requestedAt: Date.now(),
    expiresAt: Date.now() + 900_000,
    ...parts,
  });
  store.seed(incidentOf({ phase: 'awaiting-approval', diagnosis: 'vxlan-wedge' }));
  await approvals.create(asked);
  const engine = createFakeEngine();
  engine.openCallback('callback-1');
  const server = createServer();
  const place = {
    workspaces: [standInPlace.workspace],
    apps: [standInPlace.app],
    questionChannels: [standInPlace.channel],
  };
  const settings = { approvers: ['U0ALICE', 'U0BOB'], rules: [], ...place };
  const approvalPorts = {
    approvals,
    engine,
    groups: createFakeUserGroups(),
    safety: createInMemorySafetyRecords(),
    answerMention: async () => ({ statusCode: 404, headers: {}, body: '{}' }),
    signingSecret: async () => signingSecret,
    answerCommand: async () => ({ statusCode: 404, headers: {}, body: '{}' }),
    answerClick: (url: string, answer: Parameters<ReturnType<typeof createClickAnswer>>[1]) =>
      createClickAnswer(log, slack.apiUrl)(url, answer),
    clock: Date.now,
    log,
  };
  const approval = (event: unknown) => decideApproval(HttpEvent.parse(event), approvalPorts, settings);
  serveFunctionUrls(server, { '/slack/interactions': approval }, async (_, response) => void response.end(), log);
  const url = await listenOnLoopback(server, 0);
  closers.push(() => server.close());
  slack = await startSlackStandIn({
    stateDir,
    token: 'xoxb-test',
    signingSecret,
    interactivityUrl: () => `${url}/slack/interactions`,
  });
  const connect = connectSlack(async () => 'xoxb-test', { apiUrl: slack.apiUrl, log });
  const notifyPorts = {
    store,
    approvals,
    shown: createInMemoryShownMessages(),
    replies: createInMemoryReplies(),
    messenger: createSlackMessenger(connect, '#restitch'),
    clock: Date.now,
  };
  const follow = () => notify({ type: 'approval', approvalId: asked.approvalId }, notifyPorts);
  await follow();
  const [message] = slack.messages(1);
  if (message === undefined) throw new Error('nothing was posted');
  return { message, follow, engine, log, stored: () => approvals.get(asked.approvalId) };
}

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'restitch-slack-'));
});

afterEach(async () => {
  await slack.close();
  for (const close of closers.splice(0)) close();
  await rm(stateDir, { recursive: true, force: true });
});

describe('a question in Slack', () => {
  it('is put in the thread of its incident’s message, which comes first', async () => {
    const { message } = await question();
    const [, first] = slack.messages(2);
    expect(first?.text).toContain('gpu-1 (lab-1): awaiting-approval');
    expect(message.threadTs).toBe(first?.ts);
    expect(message.channel).toBe(standInPlace.channel);
  });

  it('shows its whole plan to whoever asks, page by page in one place', async () => {
    const { message } = await question();
    expect((await slack.click(message.ts, SHOW_PLAN_ACTION, 'U0BOB')).status).toBe(200);
    const [first] = slack.whispers;
    expect(textsIn(first?.blocks).join('\n')).toContain(planLines[0]);
    expect(slack.messages(10)).toHaveLength(2);
    while (buttonsIn(slack.whispers.at(-1)?.blocks).includes('Next page'))
      expect((await slack.click(first?.ts ?? '', NEXT_PAGE_ACTION, 'U0BOB')).status).toBe(200);
    expect(slack.whispers).toHaveLength(1);
    expect(textsIn(slack.whispers[0]?.blocks).join('\n')).toContain(planLines.at(-1));
  });

  it('is denied with the reason that was typed, and rewritten', async () => {
    const { message, follow, stored, engine } = await question();
    expect((await slack.click(message.ts, DENY_ACTION, 'U0ALICE', { [REASON_INPUT]: 'training' })).status).toBe(200);
    expect(await stored()).toMatchObject({ status: 'denied', decidedBy: { id: 'U0ALICE', reason: 'training' } });
    expect(engine.completed).toHaveLength(1);
    await follow();
    const [rewritten] = slack.messages(1);
    expect(rewritten).toMatchObject({ ts: message.ts, edited: true, text: 'bounce on gpu-1: denied by alice' });
    expect(textsIn(rewritten?.blocks).join('\n')).toContain('"training"');
    expect(buttonsIn(rewritten?.blocks)).toEqual(['Show the whole plan']);
  });

  it('that needs two people shows the first, and is approved by the second', async () => {
    const { message, follow, stored } = await question({ yesesNeeded: 2 });
    await slack.click(message.ts, APPROVE_ACTION, 'U0ALICE');
    await follow();
    expect(textsIn(slack.messages(1)[0]?.blocks).join('\n')).toContain('So far: alice.');
    await slack.click(message.ts, APPROVE_ACTION, 'U0ALICE');
    expect(slack.whispers.at(-1)?.text).toBe('Not done: you have said yes already, and another person must.');
    await slack.click(message.ts, APPROVE_ACTION, 'U0BOB');
    expect((await stored())?.status).toBe('approved');
    await follow();
    expect(slack.messages(1)[0]?.text).toBe('bounce on gpu-1: approved by alice and bob');
  });
});
