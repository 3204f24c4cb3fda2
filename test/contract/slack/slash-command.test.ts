import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAUSE_LIST } from '../../../core/safety/pause.ts';
import { decideApproval } from '../../../functions/approval/approval.ts';
import { answerSlashCommand } from '../../../functions/approval/slash-command.ts';
import { HttpEvent } from '../../../functions/http-event.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { serveFunctionUrls } from '../../../local/serve-function-urls.ts';
import { standInPlace } from '../../../local/slack/slack-payloads.ts';
import { type SlackStandIn, startSlackStandIn } from '../../../local/slack/slack-stand-in.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createFakeUserGroups } from '../../fakes/fake-user-groups.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { never } from '../../fakes/never.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const signingSecret = 'signing-secret-of-the-test';
const log = createRecordingLog();
const safety = createInMemorySafetyRecords();
const server = createServer();
let stateDir = '';
let slack: SlackStandIn;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'restitch-slack-'));
  const groups = createFakeUserGroups();
  const store = createInMemoryIncidentStore();
  const ports = { store, queue: createFakeWorkQueue(), safety, groups, clock: Date.now, log, sleep: never };
  const settings = {
    approvers: ['U0ALICE'],
    rules: [],
    workspaces: [standInPlace.workspace],
    apps: [standInPlace.app],
    channels: [standInPlace.channel],
    questionChannels: [],
  };
  const approvalPorts = {
    approvals: createInMemoryApprovalStore(),
    engine: createFakeEngine(),
    groups,
    safety,
    answerMention: async () => ({ statusCode: 404, headers: {}, body: '{}' }),
    signingSecret: async () => signingSecret,
    answerCommand: (form: URLSearchParams) => answerSlashCommand(form, ports, settings),
    answerClick: async () => undefined,
    clock: Date.now,
    log,
  };
  const approval = (event: unknown) => decideApproval(HttpEvent.parse(event), approvalPorts, settings);
  serveFunctionUrls(server, { '/slack/interactions': approval }, async (_, response) => void response.end(), log);
  const url = await listenOnLoopback(server, 0);
  slack = await startSlackStandIn({
    stateDir,
    token: 'xoxb-test',
    signingSecret,
    interactivityUrl: () => `${url}/slack/interactions`,
  });
});

afterAll(async () => {
  await slack.close();
  server.close();
  await rm(stateDir, { recursive: true, force: true });
});

describe('a slash command over HTTP, signed and form-encoded', () => {
  it('of an approver pauses and resumes, and is answered to that person alone within Slack’s 3 s', async () => {
    const began = Date.now();
    const { status, body } = await slack.command('pause all a release & more for 1h', 'U0ALICE');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining('a release &amp; more'),
    });
    expect((await safety.pauses.get(PAUSE_LIST))?.pauses).toMatchObject([{ by: 'alice (U0ALICE)' }]);
    expect((await slack.command('resume all', 'U0ALICE')).body).toContain('resumed: all');
    expect(Date.now() - began).toBeLessThan(6_000);
    expect(slack.whispers.at(-1)?.text).toContain('resumed: all');
  });

  it('of somebody else reads, and changes nothing', async () => {
    expect((await slack.command('status', 'U0BOB')).body).toContain('nothing is paused');
    expect((await slack.command('pause all x', 'U0BOB')).body).toContain('you are not on the list of approvers');
    expect((await safety.pauses.get(PAUSE_LIST))?.pauses).toEqual([]);
  });
});
