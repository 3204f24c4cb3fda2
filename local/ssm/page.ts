import * as z from 'zod';
import { SsmFailure } from './ssm-failure.ts';

export const PageInput = z.object({
  MaxResults: z.int().min(1).max(50).optional(),
  NextToken: z.string().optional(),
});
export type PageInput = z.infer<typeof PageInput>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: { readonly NextToken?: string };
}

/**
 * One page of `all`, which is in descending order of `place`. A token names the last place shown, so that new
 * entries neither repeat nor hide others. Throws `SsmFailure` for a foreign token.
 */
export function pageOf<T>(
  all: readonly T[],
  { MaxResults = 50, NextToken }: PageInput,
  place: (item: T) => number,
): Page<T> {
  const below = NextToken === undefined ? Number.POSITIVE_INFINITY : Number(NextToken);
  if (Number.isNaN(below)) throw new SsmFailure('InvalidNextToken', 'The specified token is not valid.');
  const rest = all.filter((item) => place(item) < below);
  const items = rest.slice(0, MaxResults);
  const last = items.at(-1);
  return { items, next: rest.length > items.length && last !== undefined ? { NextToken: String(place(last)) } : {} };
}
