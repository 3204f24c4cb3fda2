import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { ConsoleSetup } from '../../functions/console/live-state.ts';
import { PAGE_SECURITY } from '../../functions/console/page-security.ts';
import type { Case } from '../../functions/console/read-case.ts';
import type { Overview } from '../../functions/console/read-overview.ts';
import { readBody } from '../http.ts';
import type { SlackStandIn } from '../slack/slack-stand-in.ts';
import type { Drills } from './drills.ts';
import { createLiveDelta } from './live-delta.ts';
import { isLocal, mayAct, reply } from './local-answer.ts';
import { pageFiles } from './page-files.ts';
import { createPolling } from './polling.ts';

export interface ConsoleOptions {
  readonly store: Pick<IncidentStore, 'listRecent' | 'get' | 'readReceipt' | 'readEntry'>;
  readonly overview: () => Promise<Overview>;
  readonly readCase: (incidentId: string) => Promise<Case | undefined>;
  /** Undefined: messages go to the real Slack. */
  readonly slack: SlackStandIn | undefined;
  readonly setup: ConsoleSetup;
  /** Undefined: nothing may be broken here. */
  readonly drills: Pick<Drills, 'start' | 'clear'> | undefined;
}

const SHOWN = 50;
const Command = z.object({ text: z.string(), userId: z.string() });
const Click = z.object({
  actionId: z.string(),
  userId: z.string(),
  typed: z.record(z.string(), z.string()).default({}),
});
const Drill = z.object({ fault: z.string() });

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * The console: the fleet, its incidents and messages, as a page and as JSON. It is reachable from this machine only. Requests for
 * another host name, or from another site's page, are refused (DNS rebinding, cross-site requests); an act needs the token that was
 * written into the page besides.
 */
export function createConsole(options: ConsoleOptions): Handler {
  const actToken = randomBytes(24).toString('hex');
  const file = pageFiles(actToken);
  const { slack, setup } = options;
  const polling = createPolling(async () => ({
    ...(await options.overview()),
    setup,
    messages: slack?.messages(SHOWN) ?? [],
    whispers: slack?.whispers.slice(-3) ?? [],
  }));

  async function live(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', ...PAGE_SECURITY });
    const deltaOf = createLiveDelta();
    const stop = polling.follow(
      (state) => {
        const delta = deltaOf(state);
        if (delta !== undefined) response.write(`data: ${JSON.stringify(delta)}\n\n`);
      },
      () => response.end(),
    );
    request.on('close', stop);
  }

  async function get(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = file(path);
    if (found !== undefined) {
      response.writeHead(200, { 'content-type': found.contentType, 'cache-control': 'no-store', ...PAGE_SECURITY });
      response.end(found.body);
      return;
    }
    const [, incidentId, part, entryId] =
      /^\/api\/incidents\/([^/]+)(\/receipt|\/case)?(?:\/([^/]+))?$/.exec(path) ?? [];
    if (path === '/api/live') return live(request, response);
    if (path === '/api/incidents') return reply(response, 200, await recent(options));
    if (path === '/api/messages') return reply(response, 200, slack?.messages(SHOWN) ?? []);
    if (incidentId === undefined) return reply(response, 404, { error: 'not found' });
    return incidentPart(options, response, decodeURIComponent(incidentId), part, entryId);
  }

  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!isLocal(request)) return reply(response, 403, { error: 'the console answers only to this machine' });
    if (request.method === 'GET') return get(pathname, request, response);
    if (request.method !== 'POST') return reply(response, 405, { error: 'only GET and POST' });
    if (!mayAct(request, actToken))
      return reply(response, 403, { error: 'this page is of an earlier start: load it again' });
    return act(options, pathname, request, response);
  };
}

async function act(
  { slack, drills }: ConsoleOptions,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body: unknown = JSON.parse((await readBody(request)).toString('utf8'));
  const [, ts] = /^\/api\/messages\/([\d.]+)\/actions$/.exec(path) ?? [];
  if (ts !== undefined) {
    const parsed = Click.safeParse(body);
    if (!parsed.success || slack === undefined)
      return reply(response, 400, { error: 'actionId and userId are needed' });
    const { actionId, userId, typed } = parsed.data;
    const result = await slack.click(ts, actionId, userId, typed);
    return reply(response, result.status, { answer: result.body });
  }
  if (path === '/api/commands') {
    const parsed = Command.safeParse(body);
    if (!parsed.success || slack === undefined) return reply(response, 400, { error: 'text and userId are needed' });
    const result = await slack.command(parsed.data.text, parsed.data.userId);
    return reply(response, result.status, { answer: result.body });
  }
  if (path === '/api/drills' || path === '/api/drills/clear') {
    if (drills === undefined)
      return reply(response, 403, { error: 'nothing may be broken here: the nodes are not of the lab' });
    const why = await (path === '/api/drills' ? drills.start(Drill.parse(body).fault) : drills.clear());
    return why === undefined ? reply(response, 202, {}) : reply(response, 409, { error: why });
  }
  return reply(response, 404, { error: 'not found' });
}

/** Without timelines: the page asks for the one that it shows. */
async function recent({ store }: ConsoleOptions): Promise<readonly Incident[]> {
  return (await store.listRecent(SHOWN)).map(({ timeline: _, ...incident }) => incident);
}

/** The incident with its timeline; or what a person reads of it; or its whole receipt; or one entry of that, with its detail. */
async function incidentPart(
  { store, readCase }: ConsoleOptions,
  response: ServerResponse,
  incidentId: string,
  part: string | undefined,
  entryId: string | undefined,
): Promise<void> {
  if (part === '/case') {
    const found = await readCase(incidentId);
    return found === undefined
      ? reply(response, 404, { error: 'no such incident' })
      : reply(response, 200, { case: found });
  }
  const incident = await store.get(incidentId);
  if (incident === undefined) return reply(response, 404, { error: 'no such incident' });
  if (part === undefined) return reply(response, 200, { incident });
  if (entryId === undefined) return reply(response, 200, { receipt: await store.readReceipt(incidentId) });
  const entry = await store.readEntry(incidentId, decodeURIComponent(entryId));
  return entry === undefined
    ? reply(response, 404, { error: 'not kept, or no longer' })
    : reply(response, 200, { entry });
}
