import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { signSlackBody } from '../../adapters/slack/verify-signature.ts';
import { listenOnLoopback, readBody } from '../http.ts';
import { type KeptMessage, MessageTable } from './message-table.ts';

export interface SlackStandInOptions {
  readonly stateDir: string;
  /** The bot token that calls must carry. */
  readonly token: string;
  readonly signingSecret: string;
  /** Where clicks are sent: the approval function's URL. Asked at each click. */
  readonly interactivityUrl: () => string;
}

/** People who can click on the console page. */
export const standInUsers = [
  { id: 'U0ALICE', name: 'alice', note: 'approver' },
  { id: 'U0BOB', name: 'bob', note: 'not an approver' },
] as const;

/** Where the stand-in's commands come from. */
export const standInPlace = { workspace: 'T0LOCAL', app: 'A0LOCAL', channel: 'C0LOCAL' } as const;

export interface ClickResult {
  readonly status: number;
  readonly body: string;
}

export interface SlackStandIn {
  readonly apiUrl: string;
  messages(limit: number): readonly KeptMessage[];
  /** Messages that only the person who clicked can see, newest last. */
  readonly whispers: readonly string[];
  /** Clicks a button as a person would: Slack's payload, form-encoded and signed. */
  click(ts: string, actionId: string, userId: string): Promise<ClickResult>;
  /** Sends `/restitch` with this text as a person would. The answer is whispered too. */
  command(text: string, userId: string): Promise<ClickResult>;
  close(): Promise<void>;
}

const Whisper = z.object({ text: z.string() });

const Call = z.object({
  channel: z.string(),
  text: z.string().default(''),
  ts: z.string().optional(),
  blocks: z.unknown(),
});

/** Slack's Web API and its interactivity, as far as Restitch uses them. Messages are kept over a restart. */
export async function startSlackStandIn(options: SlackStandInOptions): Promise<SlackStandIn> {
  const table = new MessageTable(join(options.stateDir, 'slack.sqlite'));
  const whispers: string[] = [];
  let lastTs = 0;
  const nextTs = () => {
    lastTs = Math.max(lastTs + 1, Date.now() * 1_000);
    return `${Math.floor(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, '0')}`;
  };

  function call(method: string, input: unknown): unknown {
    if (method === 'auth.test') return { ok: true, user: 'restitch', team: 'local' };
    const parsed = Call.safeParse(input);
    if (!parsed.success) return { ok: false, error: 'invalid_arguments' };
    const { channel, text, ts, blocks } = parsed.data;
    const message = { channel, text, blocks: toBlocks(blocks) };
    if (method === 'chat.postMessage') {
      const posted = { ...message, ts: nextTs(), edited: false };
      table.put(posted);
      return { ok: true, channel, ts: posted.ts };
    }
    if (method !== 'chat.update') return { ok: false, error: 'unknown_method' };
    if (ts === undefined || table.get(channel, ts) === undefined) return { ok: false, error: 'message_not_found' };
    table.put({ ...message, ts, edited: true });
    return { ok: true, channel, ts };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBody(request)).toString('utf8');
    if (request.url?.startsWith('/whisper/') === true) {
      whispers.push(Whisper.parse(JSON.parse(body)).text);
      return reply(response, { ok: true });
    }
    const isJson = request.headers['content-type']?.startsWith('application/json') === true;
    const input: Record<string, unknown> = isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? input['token'];
    if (token !== options.token)
      return reply(response, { ok: false, error: token === undefined ? 'not_authed' : 'invalid_auth' });
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
    click: async (ts, actionId, userId) => {
      const message = table.list(1_000).find((candidate) => candidate.ts === ts);
      const element = message === undefined ? undefined : findElement(message.blocks, actionId);
      if (message === undefined || element === undefined)
        return { status: 404, body: 'no such button on that message' };
      const user = standInUsers.find((candidate) => candidate.id === userId);
      const payload = {
        type: 'block_actions',
        team: { id: standInPlace.workspace, domain: 'local' },
        api_app_id: standInPlace.app,
        user: { id: userId, username: user?.name ?? userId, name: user?.name ?? userId },
        channel: { id: message.channel },
        message: { ts, text: message.text, blocks: message.blocks },
        actions: [element],
        response_url: `${url}/whisper/${ts}`,
      };
      return sendSigned(options, new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    },
    command: async (text, userId) => {
      const result = await sendSigned(options, slashCommand(text, userId, `${url}/whisper/command`).toString());
      const said = Whisper.safeParse(parseJson(result.body));
      if (said.success) whispers.push(said.data.text);
      return result;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      table.close();
    },
  };
}

/** Every field that Slack sends with a slash command; the token is Slack's old way to say who it is. */
function slashCommand(text: string, userId: string, responseUrl: string): URLSearchParams {
  const user = standInUsers.find((candidate) => candidate.id === userId);
  return new URLSearchParams({
    token: 'deprecated',
    team_id: standInPlace.workspace,
    team_domain: 'local',
    channel_id: standInPlace.channel,
    channel_name: 'restitch',
    user_id: userId,
    user_name: user?.name ?? userId,
    command: '/restitch',
    text,
    api_app_id: standInPlace.app,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: '1.2.3',
  });
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

const ActionsBlock = z.object({
  type: z.literal('actions'),
  elements: z.array(z.looseObject({ action_id: z.string() })),
});

function findElement(blocks: readonly unknown[], actionId: string): Record<string, unknown> | undefined {
  return blocks
    .flatMap((block) => ActionsBlock.safeParse(block).data?.elements ?? [])
    .find((element) => element.action_id === actionId);
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
