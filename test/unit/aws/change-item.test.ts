import { describe, expect, it } from 'vitest';
import { changeItem } from '../../../adapters/aws/change-item.ts';
import { createTableOver, type Item } from '../../../adapters/aws/dynamodb-table.ts';
import { createItemMemory } from '../../../adapters/aws/item-memory.ts';
import { nextVersion } from '../../../adapters/aws/parse-item.ts';
import { createCountingTable } from '../../fakes/counting-table.ts';

const KEY = { pk: 'COUNTER', sk: 'RECORD' };
const countIn = (item: Item | undefined) => Number(item?.['count'] ?? 0);
const addOne = (item: Item | undefined) => ({
  type: 'put' as const,
  item: { count: countIn(item) + 1, version: nextVersion(item) },
  result: countIn(item) + 1,
});
/** Only up to this number. */
const addUpTo = (most: number) => (item: Item | undefined) =>
  countIn(item) < most ? addOne(item) : { type: 'leave' as const, result: countIn(item) };

/** Two processes over one table; what each asked it. */
function twoProcesses() {
  const stored = createCountingTable();
  const process = () => {
    const asked: string[] = [];
    const table = createTableOver({
      ...stored,
      get: (key) => {
        asked.push('get');
        return stored.get(key);
      },
      put: async (key, item, expected) => {
        const won = await stored.put(key, item, expected);
        asked.push(won ? 'put' : 'lost');
        return won;
      },
    });
    return { asked, table, add: () => changeItem(table, KEY, addOne) };
  };
  return { one: process(), other: process() };
}

describe('a change of an item', () => {
  it('reads it once: what it wrote it need not read', async () => {
    const { one } = twoProcesses();
    expect([await one.add(), await one.add(), await one.add()]).toEqual([1, 2, 3]);
    expect(one.asked).toEqual(['get', 'put', 'put', 'put']);
  });

  it('reads it anew where another process was there meanwhile, and loses nothing', async () => {
    const { one, other } = twoProcesses();
    await one.add();
    await other.add();
    expect(await one.add()).toBe(3);
    expect(one.asked).toEqual(['get', 'put', 'lost', 'get', 'put']);
  });

  it('never leaves it alone for what is only remembered', async () => {
    const { one, other } = twoProcesses();
    const upToOne = () => changeItem(one.table, KEY, addUpTo(1));
    expect(await upToOne()).toBe(1);
    await changeItem(other.table, KEY, (item) => ({ ...addOne(item), item: { count: 0, version: nextVersion(item) } }));
    // What is remembered says that nothing is to be done.
    expect(await upToOne()).toBe(1);
    expect(one.asked).toEqual(['get', 'put', 'get', 'put']);
  });

  it('reads it anew after a write of which nobody knows the end', async () => {
    const stored = createCountingTable();
    let fails = false;
    const table = createTableOver({
      ...stored,
      put: async (key, item, expected) => {
        const won = await stored.put(key, item, expected);
        if (fails) throw new Error('the reply was lost');
        return won;
      },
    });
    await changeItem(table, KEY, addOne);
    fails = true;
    await expect(changeItem(table, KEY, addOne)).rejects.toThrow('lost');
    fails = false;
    expect(table.recall(KEY)).toBeUndefined();
    expect(await changeItem(table, KEY, addOne)).toBe(3);
  });
});

describe('what a process remembers', () => {
  const memoryAt = (clock: { now: number }) => createItemMemory(() => clock.now);

  it('is that there is no item, too', () => {
    const memory = memoryAt({ now: 0 });
    expect(memory.recall(KEY)).toBeUndefined();
    memory.keep(KEY, undefined);
    expect(memory.recall(KEY)).toEqual({ item: undefined });
  });

  it('is forgotten after a minute', () => {
    const clock = { now: 0 };
    const memory = memoryAt(clock);
    memory.keep(KEY, { version: 1 });
    clock.now = 60_000;
    expect(memory.recall(KEY)).toEqual({ item: { version: 1 } });
    clock.now = 60_001;
    expect(memory.recall(KEY)).toBeUndefined();
  });

  it('is at most 500 items, the latest, and none that is written once', () => {
    const memory = memoryAt({ now: 0 });
    for (let index = 0; index <= 500; index++) memory.keep({ ...KEY, pk: `k${index}` }, { version: 1 });
    expect(memory.recall({ ...KEY, pk: 'k0' })).toBeUndefined();
    expect(memory.recall({ ...KEY, pk: 'k1' })).toBeDefined();
    memory.keep(KEY, { entry: 'a receipt' });
    expect(memory.recall(KEY)).toBeUndefined();
  });
});
