import type { Serdes } from '@aws/durable-execution-sdk-js';
import { pack, unpack } from '../../adapters/packed.ts';

/** An execution has a few, and one process some executions. */
const MOST_KNOWN = 100;

export interface Compressed<T extends object> extends Serdes<T> {
  /** Bytes that the value has when it is packed, as far as this process has packed it. */
  readonly packedBytes: (value: T) => number | undefined;
}

/**
 * For the checkpoint of a large result: it holds 256 KiB. With each invocation an execution replays all of its results, mostly in the
 * same process: one that was packed or unpacked there already is not unpacked again while there is memory for it. It is never changed in
 * place, and is what JSON says it is.
 */
export function compressed<T extends object>(): Compressed<T> {
  const known = new Map<string, WeakRef<T>>();
  const sizes = new WeakMap<T, number>();
  const keep = (data: string, value: T) => {
    known.set(data, new WeakRef(value));
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return value;
  };
  return {
    packedBytes: (value) => sizes.get(value),
    serialize: async (value) => {
      if (value === undefined) return undefined;
      const packed = pack(JSON.stringify(value));
      sizes.set(value, packed.length);
      const data = packed.toString('base64');
      keep(data, value);
      return data;
    },
    deserialize: async (data) => {
      if (data === undefined) return undefined;
      return known.get(data)?.deref() ?? keep(data, JSON.parse(unpack(Buffer.from(data, 'base64'))));
    },
  };
}
