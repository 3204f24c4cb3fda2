import { gunzipSync, gzipSync } from 'node:zlib';
import type * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import { shorten } from '../../core/shorten.ts';
import type { Item } from './table-requests.ts';

/** Nothing that was packed here unpacks to more. */
const MOST_UNPACKED_BYTES = 64 * 1_024 * 1_024;

export function packJson(value: unknown): Buffer {
  return gzipSync(JSON.stringify(value));
}

/** What was packed into an attribute of this item. Throws `RestitchError` (code `store`) when it is something else. */
export function unpackJson<T>(schema: z.ZodType<T>, packed: Uint8Array, { pk, sk }: Item): T {
  try {
    return schema.parse(JSON.parse(gunzipSync(packed, { maxOutputLength: MOST_UNPACKED_BYTES }).toString('utf8')));
  } catch (error) {
    const item = shorten(`${String(pk)}/${String(sk)}`);
    const why = `item ${item} cannot be unpacked: ${shorten(String(error))}`;
    throw new RestitchError('store', why, { retryable: false, cause: error });
  }
}
