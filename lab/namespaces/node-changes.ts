import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { FleetHost, NodeChange } from '../fleet.ts';

const Texts = z.record(z.string(), z.string()).optional();
const NodeChanges = z.array(
  z.object({
    node: z.string(),
    labels: Texts,
    annotations: Texts,
    podCIDR: z.string().optional(),
    providerID: z.string().optional(),
  }),
);
type NodeChanges = z.infer<typeof NodeChanges>;

/** What faults wrote into Node objects, in a file of the fleet: whoever takes the fleet over sees it too. */
export function nodeChangesIn(runDir: string) {
  const file = join(runDir, 'node-changes.json');
  const read = async (): Promise<NodeChanges> => {
    try {
      return NodeChanges.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch {
      // No fault did.
      return [];
    }
  };
  return {
    read,
    /** Adds some, and returns all. */
    add: async (changes: readonly NodeChange[]): Promise<NodeChanges> => {
      const all = NodeChanges.parse([...(await read()), ...changes]);
      await writeFile(file, JSON.stringify(all));
      return all;
    },
    forget: () => rm(file, { force: true }),
  };
}

/** The hosts with these changes in their Node objects; the same array when there are none. */
export function changeNodes(hosts: readonly FleetHost[], changes: NodeChanges): readonly FleetHost[] {
  if (changes.length === 0) return hosts;
  return hosts.map((host) =>
    changes.filter(({ node }) => node === host.name).reduce((changed, change) => changeNode(changed, change), host),
  );
}

function changeNode(host: FleetHost, { labels, annotations, podCIDR, providerID }: NodeChanges[number]): FleetHost {
  const { node } = host;
  return {
    ...host,
    node: {
      ...node,
      labels: { ...node.labels, ...labels },
      annotations: { ...node.annotations, ...annotations },
      ...(podCIDR === undefined ? {} : { podCIDR }),
      ...(providerID === undefined ? {} : { providerID }),
    },
  };
}
