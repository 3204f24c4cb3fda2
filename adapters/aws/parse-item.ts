import * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import { describeIssue, shorten } from '../../core/shorten.ts';
import type { Item } from './table-requests.ts';

/** Parses one stored item. Throws when it does not fit the schema, so that no part of it is used. */
export function parseItem<T>(schema: z.ZodType<T>, item: Item): T {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  throw new RestitchError(
    'store',
    `item ${shorten(`${String(item['pk'])}/${String(item['sk'])}`)}: ${describeIssue(result.error.issues[0])}`,
    {
      retryable: false,
      cause: result.error,
    },
  );
}

const Versioned = z.object({ version: z.int() });

/** The version that a write of the item has to expect. */
export function versionOf(item: Item): number {
  return parseItem(Versioned, item).version;
}

/** The version of the item that takes the place of this one; of none: the first. */
export function nextVersion(item: Item | undefined): number {
  return item === undefined ? 1 : versionOf(item) + 1;
}
