import { instanceIdOf } from '../cloud/instance-id.ts';
import type { FleetLabels } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import type { Difference } from '../inventory/difference.ts';
import { entryOf, type Inventory, type InventoryEntry } from '../inventory/inventory.ts';
import { sameIp } from '../network/address.ts';

/** Where Node objects and the record disagree, and which nodes only one of them knows. */
export function checkNodeObjects(
  inventory: Inventory,
  nodes: readonly NodeObject[],
  labels: FleetLabels,
): readonly Difference[] {
  const names = nodes.map(({ metadata }) => metadata.name);
  const gone = Object.keys(inventory.nodes).filter((name) => !names.includes(name));
  return [
    ...nodes.flatMap((node) => checkNodeObject(inventory, node, labels)),
    ...gone.map((node) => ({ node, field: 'node', problem: 'the cluster has no such Node' })),
  ];
}

/** Where one Node object disagrees with its entry. */
function checkNodeObject(inventory: Inventory, node: NodeObject, labels: FleetLabels): readonly Difference[] {
  const { name } = node.metadata;
  const entry = entryOf(inventory, name);
  if (entry === undefined) return [{ node: name, field: 'node', problem: 'the inventory has no such node' }];
  return [
    ...announced(node, entry),
    ...provided(node, entry),
    ...(['hub', 'site', 'pool'] as const).flatMap((field) => {
      const said = node.metadata.labels[labels[field]];
      return disagreement(name, field, entry[field], said, `label ${labels[field]}`);
    }),
  ];
}

const PUBLIC_IP = 'flannel.alpha.coreos.com/public-ip';

/** A node announces the address in its entry; one without either may announce what it likes. */
function announced({ metadata }: NodeObject, entry: InventoryEntry): readonly Difference[] {
  const field = entry.announcedAddress === undefined ? 'tunnelAddress' : 'announcedAddress';
  const wanted = entry[field];
  const said = metadata.annotations[PUBLIC_IP];
  if (wanted === undefined || said === undefined || sameIp(wanted, said)) return [];
  return [{ node: metadata.name, field, problem: `the inventory has ${wanted}, its Node object announces ${said}` }];
}

function provided({ metadata, spec }: NodeObject, { instance }: InventoryEntry): readonly Difference[] {
  return disagreement(metadata.name, 'instance', instance, instanceIdOf(spec.providerID), 'spec.providerID');
}

/** Only where both say something: a Node without the label is found by other means. */
function disagreement(
  node: string,
  field: string,
  wanted: string | undefined,
  said: string | undefined,
  where: string,
): readonly Difference[] {
  if (wanted === undefined || said === undefined || wanted === said) return [];
  return [{ node, field, problem: `the inventory has ${wanted}, ${where} says ${said}` }];
}
