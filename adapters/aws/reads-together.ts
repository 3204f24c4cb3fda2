import { type Item, type Key, MOST_KEYS, nameOf, type TableRequests } from './table-requests.ts';

interface Read extends PromiseWithResolvers<Item | undefined> {
  readonly key: Key;
}

/**
 * `get`, with the reads of one turn of the event loop as one request. Whoever reads several items at once need not know of each
 * other. Nobody gets what was read before they asked.
 */
export function readsTogether({ get, getMany }: Pick<TableRequests, 'get' | 'getMany'>): TableRequests['get'] {
  let waiting = new Map<string, Read>();
  const readAll = () => {
    const reads = [...waiting.values()];
    waiting = new Map();
    for (let start = 0; start < reads.length; start += MOST_KEYS) void settle(reads.slice(start, start + MOST_KEYS));
  };
  const settle = async (reads: readonly Read[]) => {
    try {
      const items = await ask(reads.map(({ key }) => key));
      for (const [index, { resolve }] of reads.entries()) resolve(items[index]);
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  };
  const ask = async (keys: readonly Key[]) => {
    const [only, ...others] = keys;
    return only !== undefined && others.length === 0 ? [await get(only)] : getMany(keys);
  };
  return (key) => {
    if (waiting.size === 0) setImmediate(readAll);
    const name = nameOf(key);
    const read = waiting.get(name) ?? { key, ...Promise.withResolvers<Item | undefined>() };
    waiting.set(name, read);
    return read.promise;
  };
}
