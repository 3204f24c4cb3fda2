import { describe, expect, it } from 'vitest';
import { readsTogether } from '../../../adapters/aws/reads-together.ts';
import type { Key } from '../../../adapters/aws/table-requests.ts';

const keyOf = (pk: string): Key => ({ pk, sk: 'RECORD' });
const itemOf = ({ pk }: Key) => (pk === 'absent' ? undefined : { pk, version: 1 });

/** Reads whose requests are noted: one name for a single read, several for one of many. */
function reading(fails = false) {
  const requests: string[] = [];
  const ask = (keys: readonly Key[]) => {
    requests.push(keys.map(({ pk }) => pk).join(' '));
    if (fails) throw new Error('throttled');
  };
  const get = readsTogether({
    get: async (key) => {
      ask([key]);
      return itemOf(key);
    },
    getMany: async (keys) => {
      ask(keys);
      return keys.map(itemOf);
    },
  });
  return { requests, read: (pk: string) => get(keyOf(pk)) };
}

describe('reads of one turn of the event loop', () => {
  it('are one request, and each gets its own item', async () => {
    const { requests, read } = reading();
    expect(await Promise.all([read('a'), read('absent'), read('b')])).toEqual([
      { pk: 'a', version: 1 },
      undefined,
      { pk: 'b', version: 1 },
    ]);
    expect(requests).toEqual(['a absent b']);
  });

  it('are one request also where some come after a turn of promises', async () => {
    const { requests, read } = reading();
    const later = async () => {
      await Promise.resolve();
      return read('b');
    };
    await Promise.all([read('a'), later()]);
    expect(requests).toEqual(['a b']);
  });

  it('ask for each item once', async () => {
    const { requests, read } = reading();
    expect(await Promise.all([read('a'), read('b'), read('a')])).toHaveLength(3);
    expect(requests).toEqual(['a b']);
  });

  it('are several requests where they are more than one takes', async () => {
    const { requests, read } = reading();
    await Promise.all(Array.from({ length: 201 }, (_, index) => read(`k${index}`)));
    expect(requests.map((keys) => keys.split(' ').length)).toEqual([100, 100, 1]);
  });

  it('all fail where their request fails', async () => {
    const { read } = reading(true);
    const results = await Promise.allSettled([read('a'), read('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('a read that is alone', () => {
  it('is a request of its own, also right after another one was answered', async () => {
    const { requests, read } = reading();
    await read('a');
    await read('a');
    expect(requests).toEqual(['a', 'a']);
  });
});
