import { type FleetLabels, hubsByNode } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import type { Difference } from '../inventory/difference.ts';
import { entryOf, type Inventory } from '../inventory/inventory.ts';
import { holdsAddress, holdsNetwork } from '../network/cidr.ts';

/** What restitch.config.yaml says of a cluster's fleet. An empty list says nothing. */
export interface DeclaredFleet {
  readonly pools: readonly string[];
  readonly sites: readonly { readonly name: string }[];
  readonly hubs: readonly {
    readonly name: string;
    readonly site?: string | undefined;
    readonly tunnelNetworks: readonly string[];
  }[];
  readonly podNetworks: readonly string[];
}

/**
 * Where the cluster differs from the file: labels of Nodes that name a pool, site or hub that the file does not have, hubs that are no
 * Nodes or stand elsewhere, pod CIDRs and tunnel addresses outside of its networks. A pool or site without a Node is no difference: fleets
 * shrink and grow. `inventory`: undefined where there is none.
 */
export function checkDeclaredFleet(
  declared: DeclaredFleet,
  nodes: readonly NodeObject[],
  labels: FleetLabels,
  inventory: Inventory | undefined,
): readonly Difference[] {
  return [
    ...nodes.flatMap((node) => [...labelsOf(node, declared, labels), ...podCidrsOf(node, declared)]),
    ...hubsOf(declared, nodes, labels),
    ...tunnelsOf(declared, nodes, labels, inventory),
  ];
}

function labelsOf(
  { metadata: { name, labels: own } }: NodeObject,
  { pools, sites, hubs }: DeclaredFleet,
  labels: FleetLabels,
): readonly Difference[] {
  const unknown = (field: 'pool' | 'site' | 'hub', known: readonly string[]): readonly Difference[] => {
    const said = own[labels[field]];
    if (said === undefined || known.length === 0 || known.includes(said)) return [];
    return [{ node: name, field, problem: `label ${labels[field]} says ${said}, the file has ${known.join(', ')}` }];
  };
  const hubNames = hubs.map((hub) => hub.name);
  const isUnknownHub = own[labels.role] === 'hub' && hubs.length > 0 && !hubNames.includes(name);
  return [
    ...unknown('pool', pools),
    ...unknown(
      'site',
      sites.map((site) => site.name),
    ),
    ...unknown('hub', hubNames),
    ...(isUnknownHub
      ? [{ node: name, field: 'hub', problem: `label ${labels.role} says hub, the file has ${hubNames.join(', ')}` }]
      : []),
  ];
}

function podCidrsOf({ metadata, spec }: NodeObject, { podNetworks }: DeclaredFleet): readonly Difference[] {
  if (podNetworks.length === 0) return [];
  const own = spec.podCIDRs ?? (spec.podCIDR === undefined ? [] : [spec.podCIDR]);
  return own
    .filter((cidr) => !podNetworks.some((network) => holdsNetwork(network, cidr)))
    .map((cidr) => ({
      node: metadata.name,
      field: 'podCIDR',
      problem: `${cidr} lies in no pod network of the file (${podNetworks.join(', ')})`,
    }));
}

function hubsOf({ hubs }: DeclaredFleet, nodes: readonly NodeObject[], labels: FleetLabels): readonly Difference[] {
  return hubs.flatMap(({ name, site }): readonly Difference[] => {
    const node = nodes.find(({ metadata }) => metadata.name === name);
    if (node === undefined) return [{ node: name, field: 'hub', problem: 'the cluster has no such Node' }];
    const said = node.metadata.labels[labels.site];
    if (site === undefined || said === undefined || said === site) return [];
    return [{ node: name, field: 'site', problem: `label ${labels.site} says ${said}, the file ${site}` }];
  });
}

/** The tunnel address of a node lies in a network of its hub. Only the inventory has it for every node. */
function tunnelsOf(
  { hubs }: DeclaredFleet,
  nodes: readonly NodeObject[],
  labels: FleetLabels,
  inventory: Inventory | undefined,
): readonly Difference[] {
  if (inventory === undefined) return [];
  const hubOf = hubsByNode(nodes, labels);
  return Object.keys(inventory.nodes).flatMap((node) => {
    const { tunnelAddress, hub = hubOf.get(node) ?? node } = entryOf(inventory, node) ?? {};
    const { tunnelNetworks = [] } = hubs.find(({ name }) => name === hub) ?? {};
    if (tunnelAddress === undefined || tunnelNetworks.length === 0) return [];
    if (tunnelNetworks.some((network) => holdsAddress(network, tunnelAddress))) return [];
    const problem = `the inventory has ${tunnelAddress}, the tunnels of ${hub} ${tunnelNetworks.join(', ')} in the file`;
    return [{ node, field: 'tunnelAddress', problem }];
  });
}
