import type * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import type { Item } from './dynamodb-table.ts';

/** Parses one stored item. Throws when it does not fit the schema, so that no part of it is used. */
export function parseItem<T>(schema: z.ZodType<T>, item: Item): T {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new RestitchError(
    'store',
    `item ${String(item['pk'])}/${String(item['sk'])}: ${issue?.path.join('.')}: ${issue?.message}`,
    {
      retryable: false,
      cause: result.error,
    },
  );
}

const MOST_RACES = 12;

/** Repeats a read-change-write after a lost compare-and-set, with growing random pauses. Throws after `MOST_RACES` losses. */
export async function untilWon<T>(attempt: () => Promise<{ readonly won: T } | 'lost'>): Promise<T> {
  for (let race = 1; race <= MOST_RACES; race++) {
    const result = await attempt();
    if (result !== 'lost') return result.won;
    await new Promise((resolve) => {
      setTimeout(resolve, Math.random() * Math.min(10 * 2 ** race, 1_000));
    });
  }
  throw new RestitchError('store', `lost ${MOST_RACES} races for one item`, { retryable: true });
}
