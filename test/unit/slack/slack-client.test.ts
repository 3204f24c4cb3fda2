import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectSlack, createSlackClient, withBoundedWait } from '../../../adapters/slack/slack-client.ts';
import { createSlackMessenger } from '../../../adapters/slack/slack-messenger.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A Slack that answers with these in turn, the last one for ever, and keeps the tokens that it saw. */
async function startSlack(statuses: readonly number[], body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    const status = statuses[tokens.length - 1] ?? statuses.at(-1) ?? 200;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  });
  // Without the slash at the end, as people write it.
  const apiUrl = `${await listenOnLoopback(server, 0)}/api`;
  closers.push(() => server.closeAllConnections(), server.close.bind(server));
  return { tokens, options: { apiUrl, log: createRecordingLog() } };
}

/** A Slack that takes every call and answers none. */
async function startSilence() {
  const server = createServer(() => undefined);
  const apiUrl = await listenOnLoopback(server, 0);
  closers.push(() => server.closeAllConnections(), server.close.bind(server));
  return { options: { apiUrl, log: createRecordingLog() } };
}

const notice = { incident: incidentOf({}), timeline: [] };

describe('while Slack is down', () => {
  it('a call is tried three times and then fails', async () => {
    const { tokens, options } = await startSlack([503], {});
    await expect(createSlackClient('xoxb-1', options).auth.test()).rejects.toThrow();
    expect(tokens).toHaveLength(3);
  });

  it('no answer is waited for longer than five seconds', async () => {
    const { options } = await startSilence();
    const asked: number[] = [];
    const timeout = AbortSignal.timeout;
    // A hundred times faster, so that nobody waits.
    const faster = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      asked.push(ms);
      return timeout(ms / 100);
    });
    try {
      await expect(createSlackClient('xoxb-1', options).auth.test()).rejects.toThrow();
    } finally {
      faster.mockRestore();
    }
    expect(asked).toEqual([5_000, 5_000, 5_000]);
  });
});

describe('a client for Slack', () => {
  it('is made in one place only, deployed and local', () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const files = globSync('{adapters,functions,local,cli,proof,lab,lib,scripts}/**/*.ts', { cwd: root });
    const makers = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('new WebClient('));
    expect(makers).toEqual(['adapters/slack/slack-client.ts']);
  });
});

describe('while Slack is too busy', () => {
  const busy = (wait: Readonly<Record<string, string>>) => new Response('{}', { status: 429, headers: wait });

  it.each([
    ['3', '3'],
    ['20', '20'],
    ['3600', '20'],
    ['soon', '1'],
  ])('a wait of %s s is one of %s s', (asked, waited) => {
    expect(withBoundedWait(busy({ 'retry-after': asked })).headers.get('retry-after')).toBe(waited);
  });

  it('a wait that is not given is one of a second', () => {
    expect(withBoundedWait(busy({})).headers.get('retry-after')).toBe('1');
  });

  it('the call is made again after the wait', async () => {
    const { tokens, options } = await startSlack([429, 200], { ok: true }, { 'retry-after': '0' });
    expect(await createSlackClient('xoxb-1', options).auth.test()).toMatchObject({ ok: true });
    expect(tokens).toHaveLength(2);
  });
});

describe('an answer of Slack', () => {
  it.each([
    ['invalid_blocks', false],
    ['message_not_found', false],
    ['channel_not_found', true],
    ['invalid_auth', true],
    ['internal_error', true],
  ])('%s may pass: %s', async (error, retryable) => {
    const { options } = await startSlack([200], { ok: false, error });
    const messenger = createSlackMessenger(
      connectSlack(async () => 'xoxb-1', options),
      '#restitch',
    );
    await expect(messenger.postNotice(notice)).rejects.toMatchObject({ code: 'slack', retryable });
  });
});

describe('the connection to Slack', () => {
  const posted = { ok: true, channel: 'C1', ts: '1.0' };

  it('uses one client for one token, and a new one after a rotation', async () => {
    const { tokens, options } = await startSlack([200], posted);
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
    const { options } = await startSlack([200], posted);
    const unreadable = async () => {
      throw new RestitchError('configuration', 'no such secret', { retryable: false });
    };
    const messenger = createSlackMessenger(connectSlack(unreadable, options), '#restitch');
    await expect(messenger.postNotice(notice)).rejects.toMatchObject({ code: 'configuration' });
  });
});
