import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { connectSlack, createSlackClient } from '../../../adapters/slack/slack-client.ts';
import { createSlackMessenger } from '../../../adapters/slack/slack-messenger.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A Slack that answers every call so, and keeps the tokens that it saw. */
async function startSlack(status: number, body: unknown) {
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  // Without the slash at the end, as people write it.
  const apiUrl = `${await listenOnLoopback(server, 0)}/api`;
  closers.push(() => server.closeAllConnections(), server.close.bind(server));
  return { tokens, options: { apiUrl, log: createRecordingLog() } };
}

const notice = { incident: incidentOf({}), timeline: [] };

describe('while Slack is down', () => {
  it('a call is tried three times and then fails', async () => {
    const { tokens, options } = await startSlack(503, {});
    await expect(createSlackClient('xoxb-1', options).auth.test()).rejects.toThrow();
    expect(tokens).toHaveLength(3);
  });
});

describe('the connection to Slack', () => {
  const posted = { ok: true, channel: 'C1', ts: '1.0' };

  it('uses one client for one token, and a new one after a rotation', async () => {
    const { tokens, options } = await startSlack(200, posted);
    let token = 'xoxb-1';
    const connect = connectSlack(async () => token, options);
    expect(await connect()).toBe(await connect());
    const messenger = createSlackMessenger(connect, '#restitch');
    expect(await messenger.postNotice(notice)).toEqual({ channel: 'C1', ts: '1.0' });
    token = 'xoxb-2';
    await messenger.postNotice(notice);
    expect(tokens).toEqual(['Bearer xoxb-1', 'Bearer xoxb-2']);
  });

  it('fails one message, with an error of ours, when the token cannot be read', async () => {
    const { options } = await startSlack(200, posted);
    const unreadable = async () => {
      throw new RestitchError('configuration', 'no such secret', { retryable: false });
    };
    const messenger = createSlackMessenger(connectSlack(unreadable, options), '#restitch');
    await expect(messenger.postNotice(notice)).rejects.toMatchObject({ code: 'configuration' });
  });
});
