import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import { readBody } from '../http.ts';
import { type SlackStandIn, standInUsers } from '../slack/slack-stand-in.ts';

export interface ConsoleOptions {
  readonly store: IncidentStore;
  /** Undefined: messages go to the real Slack. */
  readonly slack: SlackStandIn | undefined;
  /** What a new user needs to send a first alert. */
  readonly hints: () => { readonly webhookUrl: string; readonly token: string; readonly fleet: string };
}

const SHOWN = 50;
const LIVE_INTERVAL_MS = 500;
const Command = z.object({ text: z.string(), userId: z.string() });
const Click = z.object({ actionId: z.string(), userId: z.string() });

/** The page is one file and loads nothing from elsewhere; this policy makes the browser enforce it. */
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/**
 * The console: the current incidents and messages, as a page and as JSON. It is reachable from this machine only. Requests for
 * another host name, or from another site's page, are refused (DNS rebinding, cross-site requests).
 */
export function createConsole(
  options: ConsoleOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const file = (name: string) => readFileSync(join(import.meta.dirname, name));
  /** Without timelines: the page asks for the one that it shows. */
  const recent = async () =>
    (await options.store.listRecent(SHOWN)).map(({ timeline: _, ...incident }): Incident => incident);
  const snapshot = async () => ({
    incidents: await recent(),
    messages: options.slack?.messages(SHOWN) ?? [],
    whispers: options.slack?.whispers.slice(-3) ?? [],
    users: standInUsers,
    standIn: options.slack !== undefined,
    hints: options.hints(),
  });

  async function live(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', ...SECURITY });
    let last = '';
    const send = async () => {
      const next = JSON.stringify(await snapshot());
      if (next !== last) response.write(`data: ${next}\n\n`);
      last = next;
    };
    await send();
    const timer = setInterval(() => void send().catch(() => response.end()), LIVE_INTERVAL_MS);
    request.on('close', () => clearInterval(timer));
  }

  async function click(request: IncomingMessage, response: ServerResponse, ts: string): Promise<void> {
    const parsed = Click.safeParse(JSON.parse((await readBody(request)).toString('utf8')));
    if (!parsed.success || options.slack === undefined)
      return reply(response, 400, { error: 'actionId and userId are needed' });
    const result = await options.slack.click(ts, parsed.data.actionId, parsed.data.userId);
    reply(response, result.status, { answer: result.body });
  }

  /** A slash command: its answer is shown among the whispers. */
  async function command(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parsed = Command.safeParse(JSON.parse((await readBody(request)).toString('utf8')));
    if (!parsed.success || options.slack === undefined)
      return reply(response, 400, { error: 'text and userId are needed' });
    const result = await options.slack.command(parsed.data.text, parsed.data.userId);
    reply(response, result.status, { answer: result.body });
  }

  /** The incident with its timeline; or its whole receipt; or one entry of that, with its detail. */
  async function incidentPart(
    response: ServerResponse,
    incidentId: string,
    part: string | undefined,
    entryId: string | undefined,
  ): Promise<void> {
    const { store } = options;
    const incident = await store.get(incidentId);
    if (incident === undefined) return reply(response, 404, { error: 'no such incident' });
    if (part === undefined) return reply(response, 200, { incident });
    if (entryId === undefined) return reply(response, 200, { receipt: await store.readReceipt(incidentId) });
    const entry = await store.readEntry(incidentId, decodeURIComponent(entryId));
    return entry === undefined
      ? reply(response, 404, { error: 'not kept, or no longer' })
      : reply(response, 200, { entry });
  }

  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!isLocal(request)) return reply(response, 403, { error: 'the console answers only to this machine' });
    const [, incidentId, part, entryId] = /^\/api\/incidents\/([^/]+)(\/receipt)?(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const [, ts] = /^\/api\/messages\/([\d.]+)\/actions$/.exec(pathname) ?? [];
    if (request.method === 'POST' && ts !== undefined) return click(request, response, ts);
    if (request.method === 'POST' && pathname === '/api/commands') return command(request, response);
    if (request.method !== 'GET') return reply(response, 405, { error: 'only GET' });
    if (pathname === '/') return page(response, 'text/html; charset=utf-8', file('page.html'));
    if (pathname === '/console.js') return page(response, 'text/javascript; charset=utf-8', file('page.js'));
    if (pathname === '/api/live') return live(request, response);
    if (pathname === '/api/incidents') return reply(response, 200, await recent());
    if (pathname === '/api/messages') return reply(response, 200, options.slack?.messages(SHOWN) ?? []);
    if (incidentId !== undefined) return incidentPart(response, decodeURIComponent(incidentId), part, entryId);
    return reply(response, 404, { error: 'not found' });
  };
}

function isLocal({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost') return false;
  return headers.origin === undefined || new URL(headers.origin).host === headers.host;
}

function page(response: ServerResponse, contentType: string, body: Buffer): void {
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store', ...SECURITY });
  response.end(body);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...SECURITY });
  response.end(JSON.stringify(body));
}
