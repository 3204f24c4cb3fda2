import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PAGE_SECURITY } from '../../functions/console/page-security.ts';

/** The request is for this machine by name, and no page of another site made it. */
export function isLocal({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  // A page without an origin of its own, such as a file, says `null`.
  return headers.origin === undefined || URL.parse(headers.origin)?.host === headers.host;
}

/** The request carries the token of the page, and is of a kind that another site's form cannot send. */
export function mayAct({ headers }: IncomingMessage, actToken: string): boolean {
  if (headers['content-type']?.startsWith('application/json') !== true) return false;
  const given = headers['x-restitch-act'];
  return typeof given === 'string' && timingSafeEqual(digestOf(given), digestOf(actToken));
}

export function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...PAGE_SECURITY });
  response.end(JSON.stringify(body));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
