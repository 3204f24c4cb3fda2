import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { remember } from '../../core/remember.ts';
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
export type NodeChanges = z.infer<typeof NodeChanges>;

/** What faults wrote into Node objects, in a file of the fleet: what another process injects or clears is seen at once. */
export function nodeChangesIn(runDir: string) {
  const file = join(runDir, 'node-changes.json');
  const parse = remember((text): NodeChanges => NodeChanges.parse(JSON.parse(text)));
  /** The same array until they change. */
  const read = () => parse(readText(file) ?? '[]');
  return {
    read,
    add: (changes: readonly NodeChange[]): void => {
      // Whole or not at all: another process may be reading.
      writeFileSync(`${file}.new`, JSON.stringify(NodeChanges.parse([...read(), ...changes])));
      renameSync(`${file}.new`, file);
    },
    forget: (): void => rmSync(file, { force: true }),
  };
}

/** Undefined: there is no such file. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
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
