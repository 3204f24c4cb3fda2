import { gunzipSync, gzipSync } from 'node:zlib';
import type { Serdes } from '@aws/durable-execution-sdk-js';

/** For the checkpoint of a large result: it holds 256 KiB. */
export function compressed<T>(): Serdes<T> {
  return {
    serialize: async (value) => (value === undefined ? undefined : gzipSync(JSON.stringify(value)).toString('base64')),
    deserialize: async (data) =>
      data === undefined ? undefined : JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8')),
  };
}
