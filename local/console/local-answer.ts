import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The page loads nothing from elsewhere, and makes no markup of text; these headers make the browser enforce both. */
export const SECURITY = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** The request is for this machine by name, and no page of another site made it. */
export function isLocal({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return headers.origin === undefined || new URL(headers.origin).host === headers.host;
}

/** The request carries the token of the page, and is of a kind that another site's form cannot send. */
export function mayAct({ headers }: IncomingMessage, actToken: string): boolean {
  if (headers['content-type']?.startsWith('application/json') !== true) return false;
  const given = headers['x-restitch-act'];
  return typeof given === 'string' && timingSafeEqual(digestOf(given), digestOf(actToken));
}

export function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...SECURITY });
  response.end(JSON.stringify(body));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
