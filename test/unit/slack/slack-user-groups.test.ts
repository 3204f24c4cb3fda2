import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSlackUserGroups } from '../../../adapters/slack/slack-user-groups.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import { listenOnLoopback, readBody } from '../../../local/http.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A Slack that answers every call with this, and the calls that it got. `undefined`: never answers. */
async function startSlack(answer: unknown, status = 200) {
  const calls: unknown[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = new URLSearchParams((await readBody(request)).toString('utf8'));
    calls.push({ url: request.url, token: request.headers.authorization, group: body.get('usergroup') });
    if (answer === undefined) return;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  const apiUrl = `${await listenOnLoopback(server, 0)}/api`;
  closers.push(() => server.closeAllConnections(), server.close.bind(server));
  const clock = createFakeClock(0);
  const log = createRecordingLog();
  const groups = createSlackUserGroups({ readToken: async () => 'xoxb-1', apiUrl, clock: clock.now, log });
  return { calls, clock, log, groups };
}

describe('the members of a user group', () => {
  it('are asked of Slack with the token of the bot, and remembered for half a minute', async () => {
    const { calls, clock, groups } = await startSlack({ ok: true, users: ['U0ANN', 'U0BEN'] });
    const ids = { type: 'members', ids: ['U0ANN', 'U0BEN'] };
    expect(await groups.membersOf('S0ONCALL')).toEqual(ids);
    clock.advanceSeconds(29);
    expect(await groups.membersOf('S0ONCALL')).toEqual(ids);
    expect(calls).toEqual([{ url: '/api/usergroups.users.list', token: 'Bearer xoxb-1', group: 'S0ONCALL' }]);
    clock.advanceSeconds(1);
    await groups.membersOf('S0ONCALL');
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['Slack refuses', { ok: false, error: 'no_such_subteam' }, 200, 'no_such_subteam'],
    ['the app has no right to it', { ok: false, error: 'missing_scope' }, 200, 'missing_scope'],
    ['Slack is too busy', { ok: false, error: 'ratelimited' }, 429, 'status 429'],
    ['Slack is down', {}, 503, 'status 503'],
    ['the answer is none', { ok: true }, 200, ''],
  ])('are not known where %s, and that is not remembered', async (_, answer, status, reason) => {
    const { calls, groups, log } = await startSlack(answer, status);
    expect(await groups.membersOf('S0ONCALL')).toMatchObject({ type: 'unknown' });
    expect(await groups.membersOf('S0ONCALL')).toMatchObject({ type: 'unknown' });
    expect(calls).toHaveLength(2);
    expect(String(log.of('user-group-unknown')[0]?.['reason'])).toContain(reason);
  });

  it('are not known where Slack takes longer than a second', async () => {
    const { groups } = await startSlack(undefined);
    const asked: number[] = [];
    const timeout = AbortSignal.timeout;
    const faster = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      asked.push(ms);
      return timeout(ms / 50);
    });
    try {
      expect(await groups.membersOf('S0ONCALL')).toMatchObject({ type: 'unknown' });
    } finally {
      faster.mockRestore();
    }
    expect(asked).toEqual([1_000]);
  });

  it('are not known where the token cannot be read, and the log has no token', async () => {
    const log = createRecordingLog();
    const readToken = async () => {
      throw new RestitchError('configuration', 'no such secret', { retryable: false });
    };
    const groups = createSlackUserGroups({ readToken, apiUrl: 'http://127.0.0.1:1/', clock: Date.now, log });
    expect(await groups.membersOf('S0ONCALL')).toEqual({ type: 'unknown', reason: 'no such secret' });
    expect(JSON.stringify(log.lines)).not.toContain('xoxb');
  });
});
