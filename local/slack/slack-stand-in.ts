import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { signSlackBody } from '../../adapters/slack/verify-signature.ts';
import { closeAtOnce, listenOnLoopback, readBody } from '../http.ts';
import { whyRefused } from './check-blocks.ts';
import { type KeptMessage, MessageTable } from './message-table.ts';
import { blockActions, slashCommand, standInGroups, standInPlace } from './slack-payloads.ts';

/** Slack takes a channel's name too, and answers with its id. */
const { channel } = standInPlace;

export interface SlackStandInOptions {
  readonly stateDir: string;
  /** The bot token that calls must carry. */
  readonly token: string;
  readonly signingSecret: string;
  /** Of the bot token. Not given: those that the app's manifest asks for. */
  readonly scopes?: readonly string[];
  /** Where clicks are sent: the approval function's URL. Asked at each click. */
  readonly interactivityUrl: () => string;
}

export interface ClickResult {
  readonly status: number;
  readonly body: string;
}

export interface SlackStandIn {
  readonly apiUrl: string;
  messages(limit: number): readonly KeptMessage[];
  /** Messages that only the person who clicked can see, newest last. */
  readonly whispers: readonly KeptMessage[];
  /** Clicks a button as a person would: Slack's payload, form-encoded and signed. `typed`: by the name of an input's block. */
  click(ts: string, actionId: string, userId: string, typed?: Readonly<Record<string, string>>): Promise<ClickResult>;
  /** Sends `/restitch` with this text as a person would. The answer is whispered too. */
  command(text: string, userId: string): Promise<ClickResult>;
  close(): Promise<void>;
}

const Whisper = z.object({
  text: z.string(),
  blocks: z.array(z.unknown()).default([]),
  replace_original: z.boolean().default(false),
});

const Call = z.object({
  channel: z.string(),
  text: z.string().default(''),
  ts: z.string().optional(),
  thread_ts: z.string().optional(),
  blocks: z.unknown(),
});

/** Slack's Web API and its interactivity, as far as Restitch uses them. Messages are kept over a restart. */
export async function startSlackStandIn(options: SlackStandInOptions): Promise<SlackStandIn> {
  const table = new MessageTable(join(options.stateDir, 'slack.sqlite'));
  const whispers: KeptMessage[] = [];
  let lastTs = 0;
  const nextTs = () => {
    lastTs = Math.max(lastTs + 1, Date.now() * 1_000);
    return `${Math.floor(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, '0')}`;
  };

  function call(method: string, input: unknown): unknown {
    if (method === 'auth.test') return { ok: true, user: 'restitch', team: 'local' };
    if (method === 'usergroups.users.list') return usersOf(input);
    if (method === 'chat.getPermalink') return linkTo(input);
    const parsed = Call.safeParse(input);
    if (!parsed.success) return { ok: false, error: 'invalid_arguments' };
    const { text, ts, thread_ts: threadTs } = parsed.data;
    if (method === 'chat.postEphemeral') {
      whisper('reply', { text, blocks: [], replace_original: false });
      return { ok: true, message_ts: whispers.at(-1)?.ts };
    }
    const message = { channel, text, blocks: toBlocks(parsed.data.blocks) };
    const refusal = whyRefused(message.blocks);
    if (refusal !== undefined)
      return { ok: false, error: refusal.error, response_metadata: { messages: [refusal.why] } };
    if (method === 'chat.postMessage') {
      const posted = { ...message, ts: nextTs(), edited: false, ...(threadTs === undefined ? {} : { threadTs }) };
      table.put(posted);
      return { ok: true, channel, ts: posted.ts };
    }
    if (method !== 'chat.update') return { ok: false, error: 'unknown_method' };
    const before = ts === undefined ? undefined : table.get(channel, ts);
    if (before === undefined) return { ok: false, error: 'message_not_found' };
    table.put({ ...before, ...message, edited: true });
    return { ok: true, channel, ts: before.ts };
  }

  /** `to`: the `ts` of the message that was clicked, or `command`. */
  function whisper(to: string, { text, blocks, replace_original: replaces }: z.infer<typeof Whisper>): void {
    const before = replaces ? whispers.findIndex(({ ts }) => ts === to) : -1;
    const said = { channel, text, blocks, edited: before >= 0, ts: whispers[before]?.ts ?? nextTs() };
    if (before >= 0) whispers[before] = said;
    else whispers.push(said);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBody(request)).toString('utf8');
    const [, whispered] = /^\/whisper\/(.+)$/.exec(request.url ?? '') ?? [];
    if (whispered !== undefined) {
      whisper(whispered, Whisper.parse(JSON.parse(body)));
      return reply(response, { ok: true });
    }
    const isJson = request.headers['content-type']?.startsWith('application/json') === true;
    const input: Record<string, unknown> = isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? input['token'];
    if (token !== options.token)
      return reply(response, { ok: false, error: token === undefined ? 'not_authed' : 'invalid_auth' });
    response.setHeader(
      'x-oauth-scopes',
      (options.scopes ?? ['chat:write', 'app_mentions:read', 'commands', 'usergroups:read']).join(','),
    );
    reply(response, call(request.url?.replace(/^\/api\//, '') ?? '', input));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => reply(response, { ok: false, error: 'invalid_arguments' }));
  });
  const url = await listenOnLoopback(server, 0);

  return {
    apiUrl: `${url}/api/`,
    whispers,
    messages: (limit) => table.list(limit),
    click: async (ts, actionId, userId, typed = {}) => {
      const posted = table.get(channel, ts);
      const message = posted ?? whispers.find((candidate) => candidate.ts === ts);
      const ephemeral = posted === undefined;
      const payload =
        message && blockActions({ message, ephemeral, actionId, userId, typed, responseUrl: `${url}/whisper/${ts}` });
      if (payload === undefined) return { status: 404, body: 'no such button on that message' };
      return sendSigned(options, new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    },
    command: async (text, userId) => {
      const result = await sendSigned(options, slashCommand(text, userId, `${url}/whisper/command`).toString());
      const said = Whisper.safeParse(parseJson(result.body));
      if (said.success) whisper('command', said.data);
      return result;
    },
    close: async () => {
      await closeAtOnce(server);
      table.close();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The function failed, and its gateway answered with a text of its own.
    return undefined;
  }
}

async function sendSigned(options: SlackStandInOptions, body: string): Promise<ClickResult> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const response = await fetch(options.interactivityUrl(), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signSlackBody(options.signingSecret, timestamp, Buffer.from(body)),
    },
    body,
  });
  return { status: response.status, body: await response.text() };
}

function usersOf(input: unknown): unknown {
  const group = z.object({ usergroup: z.string() }).safeParse(input).data?.usergroup;
  const users = standInGroups.find(({ id }) => id === group)?.users;
  return users === undefined ? { ok: false, error: 'no_such_subteam' } : { ok: true, users };
}

function linkTo(input: unknown): unknown {
  const wanted = z.object({ channel: z.string(), message_ts: z.string() }).safeParse(input).data;
  if (wanted === undefined) return { ok: false, error: 'invalid_arguments' };
  const permalink = `https://local.slack.com/archives/${wanted.channel}/p${wanted.message_ts.replace('.', '')}`;
  return { ok: true, channel: wanted.channel, permalink };
}

/** web-api sends blocks as a JSON string in form-encoded calls. */
function toBlocks(blocks: unknown): readonly unknown[] {
  const value: unknown = typeof blocks === 'string' ? JSON.parse(blocks) : blocks;
  return Array.isArray(value) ? value : [];
}

function reply(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
