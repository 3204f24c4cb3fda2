import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Escalation } from '../../../adapters/slack/escalation-message.ts';
import { createSlackClient } from '../../../adapters/slack/slack-client.ts';
import { createSlackMessenger } from '../../../adapters/slack/slack-messenger.ts';
import { listenOnLoopback, readBody } from '../../../local/http.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf, briefOf } from '../../fakes/sample-records.ts';
import { expectSlackTakes } from './check-message.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A Slack in which this message cannot have replies, and the calls that it got. */
async function slackWithout(thread: string, escalation?: Escalation) {
  const calls: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const call = new URLSearchParams((await readBody(request)).toString('utf8'));
    calls.push(call);
    const gone = call.get('thread_ts') === thread;
    response.writeHead(200, { 'content-type': 'application/json' });
    const permalink = `https://example.slack.com/archives/C1/p${call.get('message_ts')}`;
    const lost = request.url?.endsWith('getPermalink') === true && call.get('message_ts') === thread;
    const error = lost ? 'message_not_found' : 'thread_not_found';
    response.end(
      JSON.stringify(gone || lost ? { ok: false, error } : { ok: true, channel: 'C1', ts: '9.0', permalink }),
    );
  });
  const apiUrl = `${await listenOnLoopback(server, 0)}/api`;
  closers.push(() => server.closeAllConnections(), server.close.bind(server));
  const client = createSlackClient('xoxb-1', { apiUrl, log: createRecordingLog() });
  return { calls, messenger: createSlackMessenger(async () => client, '#restitch', escalation) };
}

describe('a question', () => {
  it('is posted in the thread of its incident, and shown in the channel', async () => {
    const { calls, messenger } = await slackWithout('none');
    await messenger.askApproval(approvalOf(), { channel: 'C1', ts: '1.0' });
    expect(calls.map((call) => [call.get('channel'), call.get('thread_ts'), call.get('reply_broadcast')])).toEqual([
      ['C1', '1.0', 'true'],
    ]);
  });

  it('is posted in the channel where somebody has removed the message of the incident', async () => {
    const { calls, messenger } = await slackWithout('1.0');
    expect(await messenger.askApproval(approvalOf(), { channel: 'C1', ts: '1.0' })).toEqual({
      channel: 'C1',
      ts: '9.0',
    });
    expect(calls.map((call) => call.get('thread_ts'))).toEqual(['1.0', null]);
  });

  it('while it is open is rewritten with its buttons, and after that without', async () => {
    const { calls, messenger } = await slackWithout('none');
    const ref = { channel: 'C1', ts: '9.0' };
    await messenger.updateApproval(ref, approvalOf({ yesesNeeded: 2 }));
    await messenger.updateApproval(ref, approvalOf({ status: 'expired' }));
    expect(calls.map((call) => call.get('blocks')?.includes('restitch_approve'))).toEqual([true, false]);
  });
});

describe('that nobody has answered', () => {
  const asked = approvalOf({ brief: briefOf(), target: { cluster: 'lab-1', node: '<!channel>' } });
  const question = { channel: 'C1', ts: '5.0' };

  it('is told in the second channel, to a user group, with a link to the question', async () => {
    const { calls, messenger } = await slackWithout('none', { channel: '#on-call', group: 'S0ONCALL' });
    await messenger.escalate(asked, question);
    const posted = calls.at(-1);
    expect(posted?.get('channel')).toBe('#on-call');
    expect(posted?.get('text')).toContain('<!subteam^S0ONCALL> Nobody has answered yet');
    expect(posted?.get('text')).toContain('<https://example.slack.com/archives/C1/p5.0|Open the question>');
    expect(posted?.get('text')).not.toContain('<!channel>');
    expectSlackTakes({ text: 'x', blocks: JSON.parse(posted?.get('blocks') ?? '[]') });
  });

  it('is told without a link where somebody has removed the question', async () => {
    const { calls, messenger } = await slackWithout('5.0', { channel: undefined, group: 'S0ONCALL' });
    await messenger.escalate(asked, question);
    expect(calls.at(-1)?.get('channel')).toBe('#restitch');
    expect(calls.at(-1)?.get('text')).not.toContain('Open the question');
  });

  it('says when it is answered, and calls nobody any more', async () => {
    const { calls, messenger } = await slackWithout('none', { channel: '#on-call', group: 'S0ONCALL' });
    const decidedBy = { id: 'U1', name: 'ann' };
    await messenger.updateEscalation({ channel: 'C2', ts: '7.0' }, { ...asked, status: 'denied', decidedBy });
    expect(calls.at(-1)?.get('text')).toContain('denied by ann');
    expect(calls.at(-1)?.get('text')).not.toContain('subteam');
  });
});
