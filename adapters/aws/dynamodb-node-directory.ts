import * as z from 'zod';
import type { Target } from '../../core/alert/target.ts';
import type { NodeDirectory } from '../../core/incident/node-directory.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { parseItem } from './parse-item.ts';

/** One part of the directory: address → Node name. `at`: when it was written, epoch milliseconds. */
const Part = z.object({ version: z.int(), at: z.int(), nodes: z.record(z.string(), z.string()) });
type Part = z.infer<typeof Part>;

/** A reader gets one part: a fleet of 5,000 nodes has about 300 addresses in each. */
const PARTS = 16;
/** A table item holds 400 KB; an entry has at most 39 + 253 characters. What is beyond this is not known, which is allowed. */
const MOST_PER_PART = 1_000;
/** Entries that did not change are written again after this time, to show that somebody still looks. */
const REWRITE_MS = 5 * 60_000;
/** An address may have moved to another Node meanwhile: older entries are not used. */
const TRUSTED_MS = 15 * 60_000;

/** The node directory in the single table. */
export function createNodeDirectory(table: Table): NodeDirectory {
  const read = async (cluster: string, part: number) => {
    const item = await table.get(keyOf(cluster, part));
    return item === undefined ? undefined : parseItem(Part, item);
  };
  return {
    find: async ({ cluster, node: address }: Target, now) => {
      const part = await read(cluster, partOf(address));
      if (part === undefined || now - part.at > TRUSTED_MS) return undefined;
      return Object.hasOwn(part.nodes, address) ? part.nodes[address] : undefined;
    },
    keep: async (cluster, nodeOf, now) => {
      const entries = Map.groupBy(nodeOf, ([address]) => partOf(address));
      const parts = Array.from({ length: PARTS }, (_, part) => part);
      // One request.
      const kept = await Promise.all(parts.map((part) => read(cluster, part)));
      for (const [part, current] of kept.entries()) {
        const nodes = nodesOf(entries.get(part) ?? []);
        if (current !== undefined && isFresh(current, nodes, now)) continue;
        const version = (current?.version ?? 0) + 1;
        // After a lost race the item is another sweep's, which is as new.
        await table.put(
          keyOf(cluster, part),
          { version, at: now, nodes },
          current === undefined ? { type: 'free' } : { type: 'version', version: current.version },
        );
      }
    },
  };
}

function keyOf(cluster: string, part: number): Key {
  return { pk: `NODES#${cluster}#${part}`, sk: 'ADDRESSES' };
}

function nodesOf(entries: readonly (readonly [string, string])[]): Part['nodes'] {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_PER_PART));
}

function isFresh(current: Part, nodes: Part['nodes'], now: number): boolean {
  const addresses = Object.keys(nodes);
  return (
    now - current.at < REWRITE_MS &&
    addresses.length === Object.keys(current.nodes).length &&
    addresses.every((address) => current.nodes[address] === nodes[address])
  );
}

/** The same for every writer and reader: a sum of the characters, with their place. */
function partOf(address: string): number {
  return [...address].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521, 7) % PARTS;
}
