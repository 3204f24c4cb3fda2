import type { Serdes } from '@aws/durable-execution-sdk-js';
import { pack, unpack } from '../../adapters/packed.ts';

/** An execution has a few, and one process some executions. */
const MOST_KNOWN = 100;

/**
 * For the checkpoint of a large result: it holds 256 KiB. With each invocation an execution replays all of its results, mostly in the
 * same process: one that was unpacked already is not unpacked again while there is memory for it. It is never changed in place.
 */
export function compressed<T extends object>(): Serdes<T> {
  const known = new Map<string, WeakRef<T>>();
  const unpacked = (data: string): T => {
    const value: T = JSON.parse(unpack(Buffer.from(data, 'base64')));
    known.set(data, new WeakRef(value));
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return value;
  };
  return {
    serialize: async (value) => (value === undefined ? undefined : pack(JSON.stringify(value)).toString('base64')),
    deserialize: async (data) => (data === undefined ? undefined : (known.get(data)?.deref() ?? unpacked(data))),
  };
}
