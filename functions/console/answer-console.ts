import * as z from 'zod';
import { incidentLine } from '../../core/console/incident-line.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { Log } from '../../core/log.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { HttpEvent, type HttpResponse, json } from '../http-event.ts';
import type { FindPageFile } from './built-page.ts';
import { encodeAnswer } from './encode-answer.ts';
import type { ConsoleSetup } from './live-state.ts';
import { PAGE_SECURITY } from './page-security.ts';
import type { Case } from './read-case.ts';
import { readOlder } from './read-older.ts';
import type { Overview } from './read-overview.ts';

/** A Lambda function URL event with its path. */
export const ConsoleEvent = HttpEvent.extend({ rawPath: z.string(), rawQueryString: z.string().default('') });
export type ConsoleEvent = z.infer<typeof ConsoleEvent>;

export interface ConsolePorts {
  readonly page: FindPageFile;
  readonly overview: () => Promise<Overview>;
  readonly readCase: (incidentId: string) => Promise<Case | undefined>;
  readonly store: Pick<IncidentStore, 'get' | 'readEntry' | 'readReceipt' | 'listClosed'>;
  readonly log: Log;
}

/** How many closed incidents one answer has. */
export const CLOSED_AT_ONCE = 200;
/** Asked again each time; what has not changed is not sent again. */
const FRESH = { 'cache-control': 'private, no-cache' };
/** Its name is a hash of what is in it. */
const FOREVER = { 'cache-control': 'private, max-age=31536000, immutable' };

/**
 * The console page of a stack, and what it shows. It reads, and there is nothing else that it could do: every other method is refused.
 * Lambda has checked who calls.
 */
export async function answerConsole(
  event: ConsoleEvent,
  ports: ConsolePorts,
  setup: ConsoleSetup,
): Promise<HttpResponse> {
  const answer = await answerOf(event, ports, setup);
  const secure = { ...answer, headers: { ...answer.headers, ...PAGE_SECURITY } };
  const command = `restitch incidents receipt INCIDENT --stack ${setup.stack ?? 'NAME'} --json`;
  return encodeAnswer(event, secure, `this is more than Lambda may answer: ${command} reads it`);
}

async function answerOf(event: ConsoleEvent, ports: ConsolePorts, setup: ConsoleSetup): Promise<HttpResponse> {
  const { http, authorizer } = event.requestContext;
  // A URL that somebody opened to everybody shows nothing.
  if (!authorizer?.iam) return json(403, { error: 'only for callers whom AWS knows' });
  if (http.method !== 'GET' && http.method !== 'HEAD')
    return json(405, { error: 'only GET and HEAD: nothing can be changed here' }, { allow: 'GET, HEAD' });
  const file = ports.page(event.rawPath);
  if (file !== undefined) {
    const headers = { 'content-type': file.contentType, ...(event.rawPath === '/' ? FRESH : FOREVER) };
    return { statusCode: 200, headers, body: file.body };
  }
  try {
    const found = await read(event, ports, setup);
    return found === undefined ? json(404, { error: 'not found' }) : json(200, found, FRESH);
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    ports.log.error('console-unread', { path: event.rawPath, code: error.code, reason: error.message });
    return json(503, { error: 'the table cannot be read now' });
  }
}

async function read(
  { rawPath, rawQueryString }: ConsoleEvent,
  ports: ConsolePorts,
  setup: ConsoleSetup,
): Promise<object | undefined> {
  if (rawPath === '/api/overview') return { setup, ...(await ports.overview()) };
  if (rawPath === '/api/incidents') {
    const cursor = new URLSearchParams(rawQueryString).get('before') ?? '';
    return readOlder(ports.store, cursor, CLOSED_AT_ONCE);
  }
  const [, named = '', part, entry] =
    /^\/api\/incidents\/([^/]+)(?:\/(line|case|receipt)(?:\/([^/]+))?)?$/.exec(rawPath) ?? [];
  const incidentId = decoded(named);
  if (incidentId === undefined) return undefined;
  if (entry !== undefined) {
    if (part !== 'receipt') return undefined;
    return answered('entry', await ports.store.readEntry(incidentId, decoded(entry) ?? ''));
  }
  if (part === 'case') return answered('case', await ports.readCase(incidentId));
  const incident = await ports.store.get(incidentId);
  if (part === undefined || incident === undefined) return answered('incident', incident);
  return part === 'line' ? { line: incidentLine(incident) } : { receipt: await ports.store.readReceipt(incidentId) };
}

function answered(name: string, value: unknown): object | undefined {
  return value === undefined ? undefined : { [name]: value };
}

/** Undefined: empty, or no text that a browser sends. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return undefined;
  }
}
