import { describe, expect, it } from 'vitest';
import { PAUSE_LIST } from '../../../core/safety/pause.ts';
import { decideApproval } from '../../../functions/approval/approval.ts';
import { answerMention, type Mention } from '../../../functions/approval/mention.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createFakeUserGroups } from '../../fakes/fake-user-groups.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryReplies } from '../../fakes/in-memory-replies.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { never } from '../../fakes/never.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import type { SendParts } from '../../fakes/slack-click.ts';
import { type MentionParts, mentionOf, slackMentionEvent } from '../../fakes/slack-mention.ts';

const SECRET = 'signing-secret-of-the-test';
const configured = {
  approvers: ['U0ALICE'],
  rules: [],
  workspaces: ['T0001'],
  apps: ['A123456'],
  channels: ['C2147483705'],
  questionChannels: [],
};

function createApp(settings: Partial<typeof configured> = {}) {
  const clock = createFakeClock(Date.parse('2026-11-21T00:03:00Z'));
  const safety = createInMemorySafetyRecords();
  const replies = createInMemoryReplies();
  const log = createRecordingLog();
  const shared = { safety, groups: createFakeUserGroups(), clock: clock.now, log };
  const ports = {
    ...shared,
    sleep: never,
    replies,
    store: createInMemoryIncidentStore(),
    queue: createFakeWorkQueue(),
  };
  const given = { ...configured, ...settings };
  const none = async () => ({ statusCode: 404, headers: {}, body: '{}' });
  const approvalPorts = {
    ...shared,
    approvals: createInMemoryApprovalStore(),
    engine: createFakeEngine(),
    signingSecret: async () => SECRET,
    answerCommand: none,
    answerMention: (mention: Mention) => answerMention(mention, ports, given),
    answerClick: async () => undefined,
  };
  const mention = async (parts: MentionParts = {}, sent: SendParts = {}) => {
    const event = slackMentionEvent(mentionOf(parts), SECRET, clock.now(), sent);
    const { statusCode, body } = await decideApproval(event, approvalPorts, given);
    return { status: statusCode, said: JSON.parse(body) };
  };
  const pauses = async () => (await safety.pauses.get(PAUSE_LIST))?.pauses ?? [];
  return { mention, pauses, safety, replies, log, reply: (id = 'Ev08MFMKH6') => replies.get(id) };
}

describe('a message to the app', () => {
  it.each([
    ['status', 'nothing is paused'],
    ['', '/restitch pause SCOPE REASON'],
    ['who', 'These may: U0ALICE'],
    ['standing', 'no standing approval'],
    ['incidents', 'no incident is open'],
    ['explain lab.gpu-1.7', 'there is no incident lab.gpu-1.7'],
    ['reboot gpu-1', 'Not done: there is no command reboot'],
  ])('%j is answered to the asker alone', async (text, answer) => {
    const { mention, reply } = createApp();
    expect(await mention({ text })).toEqual({ status: 200, said: { answered: 'Ev08MFMKH6' } });
    expect(await reply()).toMatchObject({ user: 'U0ALICE', channel: 'C2147483705', thread: null });
    expect((await reply())?.text).toContain(answer);
  });

  it('pauses in the name of who wrote it, with what Slack escapes as it was typed', async () => {
    const { mention, pauses } = createApp();
    await mention({ text: 'pause all R&amp;D for 4h' });
    expect(await pauses()).toMatchObject([{ scope: { type: 'all' }, reason: 'R&D', by: 'U0ALICE' }]);
  });

  it('that Slack sends again is obeyed once, whatever happened in between', async () => {
    const { mention, pauses, log } = createApp();
    await mention({ text: 'pause all a release' });
    await mention({ text: 'resume all', eventId: 'Ev2' });
    const again = await mention({ text: 'pause all a release' }, { retryNum: 1 });
    expect(again).toEqual({ status: 200, said: { repeated: 'Ev08MFMKH6' } });
    expect(await pauses()).toEqual([]);
    expect(log.of('mention-repeated')).toHaveLength(1);
  });

  it('sent twice at the same time gives one standing approval', async () => {
    const { mention, safety } = createApp();
    const text = 'allow cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=3 for 30m';
    await Promise.all([mention({ text }), mention({ text }, { retryNum: 1 })]);
    expect((await safety.standing.get('all'))?.approvals).toHaveLength(1);
  });

  it('is sent again by Slack where the table does not answer, and nothing is done before', async () => {
    const { mention, pauses, replies } = createApp();
    replies.faults.next('take', 'refused');
    await expect(mention({ text: 'pause all a release' })).rejects.toThrow();
    expect(await pauses()).toEqual([]);
    await mention({ text: 'pause all a release' }, { retryNum: 1 });
    expect(await pauses()).toHaveLength(1);
  });

  it('with markup in it pings nobody in the reply', async () => {
    const { mention, reply } = createApp();
    await mention({ text: '&lt;!channel&gt; <!channel> *now*' });
    expect((await reply())?.text).not.toMatch(/[<>]/);
  });
});

describe('an attack by a message to the app', () => {
  it.each<[string, MentionParts, SendParts, Partial<typeof configured>, number, string]>([
    ['forged', {}, { secret: 'another-secret-of-somebody' }, {}, 401, 'wrong signature'],
    ['too old', {}, { ageSeconds: 301 }, {}, 401, 'too old, or from the future'],
    ['from the future', {}, { ageSeconds: -301 }, {}, 401, 'too old, or from the future'],
    ['changed on the way', {}, { tamper: (body) => body.replace('all', 'pool=a') }, {}, 401, 'wrong signature'],
    ['cut short', {}, { tamper: (body) => body.slice(0, -2) }, {}, 401, 'wrong signature'],
    ['of another workspace', { team: 'T0002' }, {}, {}, 200, 'this workspace is not the configured one'],
    ['of a guest from elsewhere', { userTeam: 'T0002' }, {}, {}, 200, 'this workspace is not the configured one'],
    ['of another app', { app: 'A9' }, {}, {}, 200, 'this app is not the configured one'],
    ['in another channel', { channel: 'C9' }, {}, {}, 200, 'this channel is not the configured one'],
    ['in a direct message', { channel: 'D9' }, {}, {}, 200, 'this channel is not the configured one'],
    ['where nothing is configured', {}, {}, { channels: [] }, 200, 'this channel is not the configured one'],
    ['by a bot', { bot: 'B1' }, {}, {}, 200, 'a bot wrote it'],
    ['by somebody else', { user: 'U0BOB' }, {}, {}, 200, 'you are not on the list of approvers'],
    [
      'by the name of a group',
      { user: 'S0ONCALL' },
      {},
      { approvers: ['S0ONCALL'] },
      200,
      'you are not on the list of approvers',
    ],
    ['with an odd id', { eventId: 'Ev1#RECORD' }, {}, {}, 400, 'neither a check of the address nor a mention'],
  ])('%s changes nothing, and is logged with its reason', async (_, parts, sent, settings, status, reason) => {
    const { mention, pauses, log } = createApp(settings);
    expect((await mention({ text: 'pause all x', ...parts }, sent)).status).toBe(status);
    expect(await pauses()).toEqual([]);
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason'])).toEqual([reason]);
  });
});
