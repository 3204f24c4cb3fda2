import { describe, expect, it } from 'vitest';
import { newBreakers, tripBreaker } from '../../../core/safety/breaker.ts';
import { PAUSE_LIST } from '../../../core/safety/pause.ts';
import { decideApproval } from '../../../functions/approval/approval.ts';
import type { DecideSettings } from '../../../functions/approval/decide.ts';
import type { ClickSettings } from '../../../functions/approval/handle-click.ts';
import { answerSlashCommand, type SlashCommandSettings } from '../../../functions/approval/slash-command.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createFakeUserGroups } from '../../fakes/fake-user-groups.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { never } from '../../fakes/never.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';
import { slackCommandEvent, slackCommandFields } from '../../fakes/slack-command.ts';

const SECRET = 'signing-secret-of-the-test';
const configured: SlashCommandSettings & ClickSettings = {
  approvers: ['U0ALICE'],
  rules: [],
  workspaces: ['T0001'],
  apps: ['A123456'],
  channels: ['C2147483705'],
  questionChannels: [],
};
const alert = {
  fingerprint: 'f1',
  startsAt: 1,
  status: 'firing' as const,
  alertname: 'PodsCutOff',
  summary: null,
  lastSeenAt: 1,
};

function createSlack(settings: Partial<typeof configured> = {}) {
  const clock = createFakeClock(incidentOf().updatedAt);
  const store = createInMemoryIncidentStore();
  const queue = createFakeWorkQueue();
  const safety = createInMemorySafetyRecords();
  const log = createRecordingLog();
  const groups = createFakeUserGroups();
  const ports = { store, queue, safety, groups, clock: clock.now, log, sleep: never };
  const approvalPorts = {
    approvals: createInMemoryApprovalStore(),
    engine: createFakeEngine(),
    groups,
    safety,
    signingSecret: async () => SECRET,
    answerCommand: (form: URLSearchParams) => answerSlashCommand(form, ports, { ...configured, ...settings }),
    answerMention: async () => ({ statusCode: 404, headers: {}, body: '{}' }),
    answerClick: async () => undefined,
    clock: clock.now,
    log,
  };
  const command = async (
    text: string,
    fields: Readonly<Record<string, string>> = {},
    { secret = SECRET, ageSeconds = 0, tamper = (body: string) => body } = {},
  ) => {
    const event = slackCommandEvent(slackCommandFields({ text, ...fields }), secret, clock.now() - ageSeconds * 1_000);
    const body = Buffer.from(event.body ?? '', 'base64').toString('utf8');
    const sent = { ...event, body: Buffer.from(tamper(body)).toString('base64') };
    const response = await decideApproval(sent, approvalPorts, configured);
    const said = JSON.parse(response.body);
    return { status: response.statusCode, kind: said.response_type, text: String(said.text ?? said.error) };
  };
  const pauses = async () => (await safety.pauses.get(PAUSE_LIST))?.pauses ?? [];
  return { command, pauses, clock, store, queue, safety, groups, log };
}

describe('/restitch', () => {
  it.each([
    ['status', 'nothing is paused'],
    ['', '/restitch pause SCOPE REASON'],
    ['help', '/restitch pause SCOPE REASON'],
    ['incidents', 'no incident is open'],
    ['explain lab.gpu-1.7', 'there is no incident lab.gpu-1.7'],
    ['who', 'These may: U0ALICE'],
    ['reboot gpu-1', 'Not done: there is no command reboot'],
    ['pause everything now', 'Not done: pause wants all'],
    ['pause all', 'Not done: pause wants a reason'],
    ['pause all for 4h', 'Not done: pause wants a reason'],
    ['pause all a release for 4y', 'Not done: for 4y: as 90m, 4h or 2d'],
    ['pause all a release until 2020-01-01T00:00:00Z', 'is in the past'],
    ['resume', 'Not done: resume wants all'],
    ['resume all', 'all is not paused'],
    ['standing', 'no standing approval'],
    ['revoke 1', 'no standing approval 1 is in force'],
    ['revoke all', 'Not done: revoke wants the number'],
    ['allow pool=gpu', 'Not done: allow wants cluster=NAME'],
    ['allow cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=3', 'Not done: allow wants'],
    ['allow cluster=eu pool=gpu class=gremlins rung=bounce most=3 for 30m', 'Not done: allow wants'],
    ['allow cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=many for 30m', 'Not done: allow wants'],
    ['allow cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=3 for 5h', 'Not done: for at most 4 hours'],
    ['allow cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=30 for 1h', 'Not done: at most 10 times'],
    ['allow cluster=eu pool=gpu class=vxlan-wedge rung=drain most=3 for 1h', 'Not done: drain always asks'],
  ])('%j is answered to the asker alone', async (text, answer) => {
    const { command } = createSlack();
    const said = await command(text, { user_id: 'U0ALICE' });
    expect(said).toMatchObject({ status: 200, kind: 'ephemeral' });
    expect(said.text).toContain(answer);
  });

  it('pauses with reason, end and who said so, and shows it', async () => {
    const { command, pauses, clock } = createSlack();
    const said = await command('pause pool=gpu new drivers for 4h');
    expect(said.text).toContain('paused: pool=gpu by alice (U0ALICE), until ');
    expect(await pauses()).toEqual([
      {
        scope: { type: 'pool', pool: 'gpu' },
        reason: 'new drivers',
        by: 'alice (U0ALICE)',
        since: clock.now(),
        until: clock.now() + 4 * 3_600_000,
      },
    ]);
    expect((await command('status', { user_id: 'U0BOB' })).text).toContain('paused: pool=gpu by alice');
  });

  it('gives a standing approval, shows it, and any approver revokes it', async () => {
    const { command } = createSlack({ approvers: ['U0ALICE', 'U0BEN'] });
    const given = await command('allow cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=3 for 30m');
    const line = 'standing approval 1 by alice: bounce against vxlan-wedge in pool gpu of eu, 3 of 3 left, until ';
    expect(given.text).toContain(line);
    for (const text of ['standing', 'status']) expect((await command(text)).text).toContain(line);
    expect((await command('revoke 1', { user_id: 'U0BOB' })).text).toContain('not on the list');
    expect((await command('revoke 1', { user_id: 'U0BEN' })).text).toBe('revoked: standing approval 1');
    expect((await command('standing')).text).toBe('no standing approval');
  });

  it('shows a standing approval no more after a pause was set and ended', async () => {
    const { command } = createSlack();
    await command('allow cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=3 for 30m');
    await command('pause pool=other a release');
    await command('resume pool=other');
    expect((await command('standing')).text).toBe('no standing approval');
  });

  it('says who may answer, with user groups and the rules that name others', async () => {
    const rules: DecideSettings['rules'] = [
      { pool: 'gpu', rung: 'bounce', when: ['0 22 * * * UTC 8h'], approvers: ['S0NIGHT'] },
      { ask: 'two' },
    ];
    const { command } = createSlack({ approvers: ['U0ALICE', 'S0ONCALL'], rules });
    expect((await command('who')).text.split('\n')).toEqual([
      'These may: U0ALICE, everybody in the user group S0ONCALL',
      'Instead for rung=bounce pool=gpu, 0 22 ∗ ∗ ∗ UTC 8h: everybody in the user group S0NIGHT',
    ]);
  });

  it('is obeyed for a member of a user group, and for nobody while Slack does not say who is in it', async () => {
    const { command, pauses, groups } = createSlack({ approvers: ['S0ONCALL'] });
    groups.members = { S0ONCALL: ['U0ALICE'] };
    groups.down = true;
    expect((await command('pause all a release')).text).toContain('Slack did not say who is in the user group');
    expect(await pauses()).toEqual([]);
    groups.down = false;
    await command('pause all a release');
    expect(await pauses()).toHaveLength(1);
  });

  it('shows open breakers and incidents', async () => {
    const { command, store, safety } = createSlack();
    store.seed(incidentOf({ phase: 'handed-over' }));
    await safety.breakers.change('lab-1', () =>
      tripBreaker(newBreakers('lab-1'), 'pool=gpu', { by: 'ann', reason: 'a bad rule' }, 1),
    );
    const { text } = await command('status');
    expect(text).toContain('breaker pool=gpu of lab-1 is open: a bad rule');
    expect(text).toContain('open incidents: 1 handed-over');
    expect((await command('incidents')).text).toContain('lab-1.gpu-1.1: handed-over, vxlan-wedge (first guess)');
  });

  it('resumes, and wakes what waited for it, and nothing else', async () => {
    const { command, pauses, store, queue } = createSlack();
    await command('pause all a release');
    const seed = (node: string, parts: object) =>
      store.seed(
        incidentOf({ incidentId: `lab-1.${node}.1`, target: { cluster: 'lab-1', node }, alerts: [alert], ...parts }),
      );
    seed('gpu-1', { phase: 'handed-over', waitsFor: 'paused' });
    seed('gpu-2', { phase: 'handed-over' });
    seed('gpu-3', { phase: 'repairing' });
    seed('gpu-4', { phase: 'handed-over', waitsFor: 'breaker' });
    expect((await command('resume all')).text).toBe('resumed: all\nincidents that go on now: 1');
    expect(await pauses()).toEqual([]);
    expect(queue.sent).toMatchObject([{ target: { node: 'gpu-1' }, wake: { run: 1 } }]);
  });

  it('resumes also while the queue is down: sweep wakes what waits', async () => {
    const { command, pauses, store, queue } = createSlack();
    store.seed(incidentOf({ alerts: [alert], phase: 'handed-over', waitsFor: 'paused' }));
    queue.faults.next('send', 'refused');
    await command('pause all a release');
    expect((await command('resume all')).text).toBe('resumed: all\nwhat waited goes on within a minute');
    expect(await pauses()).toEqual([]);
  });

  it('says so when the table does not answer', async () => {
    const { command, safety } = createSlack();
    safety.pauses.get = () => Promise.reject(new Error('ThrottlingException'));
    expect((await command('status')).text).toContain('the table did not answer');
  });
});

describe('an attack by /restitch', () => {
  type Command = Parameters<ReturnType<typeof createSlack>['command']>;
  it.each<[string, Command, Partial<typeof configured>, number, string]>([
    ['forged', ['pause all x', {}, { secret: 'another-secret-of-16' }], {}, 401, 'wrong signature'],
    [
      'changed on the way',
      ['pause all x', {}, { tamper: (b) => b.replace('all', 'class%3Dhealthy') }],
      {},
      401,
      'wrong signature',
    ],
    ['cut short', ['pause all x', {}, { tamper: (b) => b.slice(0, -9) }], {}, 401, 'wrong signature'],
    ['too old', ['pause all x', {}, { ageSeconds: 301 }], {}, 401, 'too old'],
    ['from the future', ['pause all x', {}, { ageSeconds: -302 }], {}, 401, 'from the future'],
    [
      'of another workspace',
      ['pause all x', { team_id: 'T0002' }],
      {},
      200,
      'this workspace is not the configured one',
    ],
    ['of another app', ['pause all x', { api_app_id: 'A2' }], {}, 200, 'this app is not the configured one'],
    ['in another channel', ['pause all x', { channel_id: 'C2' }], {}, 200, 'this channel is not the configured one'],
    [
      'to read from another channel',
      ['status', { channel_id: 'D0' }],
      {},
      200,
      'this channel is not the configured one',
    ],
    ['by somebody else', ['pause all x', { user_id: 'U0BOB' }], {}, 200, 'you are not on the list of approvers'],
    [
      'by the name of an approver',
      ['pause all x', { user_id: 'U0BOB', user_name: 'U0ALICE' }],
      {},
      200,
      'not on the list',
    ],
    ['by anybody, without approvers', ['pause all x'], { approvers: [] }, 200, 'not on the list'],
    ['where no workspace is configured', ['pause all x'], { workspaces: [] }, 200, 'this workspace'],
    ['where no app is configured', ['pause all x'], { apps: [] }, 200, 'this app'],
    ['where no channel is configured', ['pause all x'], { channels: [] }, 200, 'this channel'],
    [
      'for a standing approval by somebody else',
      ['allow cluster=eu pool=gpu class=vxlan-wedge rung=bounce most=3 for 30m', { user_id: 'U0BOB' }],
      {},
      200,
      'not on the list',
    ],
    ['without a user', ['pause all x', { user_id: '' }], {}, 400, 'not a slash command'],
  ])('%s changes nothing, and is logged', async (_, args, settings, status, answer) => {
    const { command, pauses, log } = createSlack(settings);
    const said = await command(...args);
    expect(said.status).toBe(status);
    expect(said.text).toContain(answer);
    expect(await pauses()).toEqual([]);
    expect(said.text).not.toContain('every breaker');
    if (status !== 400) expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('resume by somebody else leaves the pause', async () => {
    const { command, pauses } = createSlack();
    await command('pause all a release');
    expect((await command('resume all', { user_id: 'U0BOB' })).text).toContain('not on the list');
    expect(await pauses()).toHaveLength(1);
  });

  it.each(['<!channel> <@U1> <https://evil.example|here> & more', 'two\nlines\rand\u2028three\u202e'])(
    'with the text %j pings nobody and forges no line',
    async (reason) => {
      const { command, store } = createSlack();
      await command(`pause all ${reason}`, { user_name: reason });
      store.seed(
        incidentOf({
          timeline: {
            leftOut: 0,
            lines: [
              { entryId: 'd.1', at: 0, event: 'opened', summary: reason, stage: null, operationKey: null, more: false },
            ],
          },
        }),
      );
      const explained = await command('explain lab-1.gpu-1.1');
      for (const { text } of [
        await command('status'),
        explained,
        await command(reason),
        await command(`explain ${reason}`),
      ]) {
        expect(text).not.toMatch(/[<>\r\u2028\u202e]/);
      }
      expect(explained.text.split('\n')).toHaveLength(3);
    },
  );
});
