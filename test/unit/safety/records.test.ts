import { expect, it } from 'vitest';
import { changeWhereNeeded, type Records } from '../../../core/safety/records.ts';

/** One record, and how often it was read for a change. */
function oneRecord(stored: number | undefined) {
  const asked: string[] = [];
  const records: Records<number> = {
    get: async () => stored,
    change: async (key, change) => {
      asked.push(key);
      return change(stored) ?? stored;
    },
    list: async () => [],
  };
  return { records, asked };
}

it('a record that needs no change is not read once more', async () => {
  const { records, asked } = oneRecord(8);
  expect(await changeWhereNeeded(records, 'key', 7, () => undefined)).toBe(7);
  expect(asked).toEqual([]);
});

it('a record that needs one is changed as it is stored now, not as it was read', async () => {
  const { records, asked } = oneRecord(8);
  expect(await changeWhereNeeded(records, 'key', 7, (current = 0) => current + 1)).toBe(9);
  expect(asked).toEqual(['key']);
});
