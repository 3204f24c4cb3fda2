import { expect, it } from 'vitest';
import * as z from 'zod';
import type { Records } from '../../../core/safety/records.ts';

export const Counted = z.object({ name: z.string(), count: z.int(), seen: z.array(z.string()) });
export type Counted = z.infer<typeof Counted>;

const more =
  (by: string) =>
  (current: Counted | undefined): Counted => ({
    name: 'a',
    count: (current?.count ?? 0) + 1,
    seen: [...(current?.seen ?? []), by],
  });

/** What every store of records promises; `newRecords` gives an empty one. */
export function describeRecords(newRecords: () => Promise<Records<Counted>>): void {
  it('has nothing under a key that nobody wrote', async () => {
    const records = await newRecords();
    expect(await records.get('a')).toBeUndefined();
    expect(await records.list()).toEqual([]);
  });

  it('gives back what was written last, by key', async () => {
    const records = await newRecords();
    expect(await records.change('a/1', more('x'))).toEqual({ name: 'a', count: 1, seen: ['x'] });
    await records.change('a/1', more('y'));
    await records.change('a/11', more('z'));
    expect(await records.get('a/1')).toEqual({ name: 'a', count: 2, seen: ['x', 'y'] });
    expect((await records.list()).map(({ count }) => count).toSorted()).toEqual([1, 2]);
  });

  it('loses no change of ten at once', async () => {
    const records = await newRecords();
    const names = Array.from({ length: 10 }, (_, index) => `caller-${index}`);
    await Promise.all(names.map((name) => records.change('a', more(name))));
    const stored = await records.get('a');
    expect(stored?.count).toBe(10);
    expect(stored?.seen.toSorted()).toEqual(names);
  });

  it('is left as it is where there is nothing to change', async () => {
    const records = await newRecords();
    expect(await records.change('a', () => undefined)).toBeUndefined();
    await records.change('a', more('x'));
    expect(await records.change('a', () => undefined)).toEqual({ name: 'a', count: 1, seen: ['x'] });
    expect(await records.list()).toHaveLength(1);
  });
}
