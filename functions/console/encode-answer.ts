import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type HttpEvent, type HttpResponse, headerOf } from '../http-event.ts';

/** Lambda's limit of an answer is 6 MB, with its headers and all. */
export const MOST_ANSWER_BYTES = 5_900_000;
/** Below it an answer is not worth compressing. */
const LEAST_TO_COMPRESS = 1_024;

/**
 * The answer as it is sent: compressed where the reader takes that, without a body where the reader has it already or asked for the
 * headers alone. What Lambda would not send is refused, with `tooLarge` as the reason.
 */
export function encodeAnswer(event: HttpEvent, answer: HttpResponse, tooLarge: string): HttpResponse {
  const etag = `"${createHash('sha256').update(answer.body).digest('base64url').slice(0, 27)}"`;
  const headers = { ...answer.headers, etag, vary: 'accept-encoding' };
  if (answer.statusCode === 200 && isKnown(event, etag)) return { statusCode: 304, headers, body: '' };
  if (event.requestContext.http.method === 'HEAD') return { ...answer, headers, body: '' };
  const sent = compressed(event, { ...answer, headers });
  // Lambda's own envelope is JSON, in which the quotes of a body are escaped.
  if (Buffer.byteLength(JSON.stringify(sent.body)) <= MOST_ANSWER_BYTES) return sent;
  return { ...answer, statusCode: 413, body: JSON.stringify({ error: tooLarge }) };
}

function isKnown(event: HttpEvent, etag: string): boolean {
  const known = headerOf(event, 'if-none-match')?.split(',') ?? [];
  return known.some((each) => each.trim().replace(/^W\//, '') === etag);
}

function compressed(event: HttpEvent, answer: HttpResponse): HttpResponse {
  const accepted = headerOf(event, 'accept-encoding')?.split(',') ?? [];
  const takesGzip = accepted.some((each) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(each));
  if (!takesGzip || answer.body.length < LEAST_TO_COMPRESS) return answer;
  const body = gzipSync(answer.body).toString('base64');
  return { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' }, body, isBase64Encoded: true };
}
