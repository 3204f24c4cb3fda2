import type * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import { shorten } from '../../core/shorten.ts';
import { unpack } from '../packed.ts';
import type { Item } from './table-requests.ts';

/** The JSON that was packed into an attribute of this item. Throws `RestitchError` (code `store`) when it is something else. */
export function unpackAttribute<T>(schema: z.ZodType<T>, packed: Uint8Array, { pk, sk }: Item): T {
  try {
    return schema.parse(JSON.parse(unpack(packed)));
  } catch (error) {
    const item = shorten(`${String(pk)}/${String(sk)}`);
    const why = `item ${item} cannot be unpacked: ${shorten(String(error))}`;
    throw new RestitchError('store', why, { retryable: false, cause: error });
  }
}
