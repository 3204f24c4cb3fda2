import { randomUUID } from 'node:crypto';
import type { Fleet, FleetNode } from '../../lab/fleet.ts';
import { type KeptNode, withoutEmpty } from './kept-node.ts';
import type { NodeTable } from './node-table.ts';

/**
 * Writes the fleet's nodes into the table. Fields of kubelet, flanneld and the platform team are refreshed from the fleet;
 * cordons, taints, claims and anything else that was added to a node stay unchanged.
 */
export function seedNodes(table: NodeTable, fleet: Pick<Fleet, 'hosts' | 'objectsOnly'>, now: number): void {
  const nodes = [...fleet.hosts.map(({ node }) => node), ...(fleet.objectsOnly ?? [])];
  const names = new Set(nodes.map(({ name }) => name));
  for (const { metadata } of table.list()) if (!names.has(metadata.name)) table.delete(metadata.name);
  for (const node of nodes) table.put(withoutEmpty(nodeOf(node, table.get(node.name), now)));
}

function nodeOf(node: FleetNode, kept: KeptNode | undefined, now: number): KeptNode {
  const { name, podCIDR, providerID, images, taints = [], addresses = [] } = node;
  const given = taints.filter(
    ({ key, effect }) => !kept?.spec.taints?.some((had) => had.key === key && had.effect === effect),
  );
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name,
      uid: kept?.metadata.uid ?? randomUUID(),
      creationTimestamp: kept?.metadata.creationTimestamp ?? new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
      resourceVersion: kept?.metadata.resourceVersion ?? '0',
      labels: { ...kept?.metadata.labels, ...node.labels },
      annotations: { ...kept?.metadata.annotations, ...node.annotations },
    },
    spec: {
      ...kept?.spec,
      podCIDR,
      podCIDRs: [...(node.podCIDRs ?? [podCIDR])],
      ...(given.length === 0 ? {} : { taints: [...(kept?.spec.taints ?? []), ...given] }),
      ...(providerID === undefined ? {} : { providerID }),
    },
    status: {
      addresses: [{ type: 'InternalIP', address: node.internalIP }, ...addresses, { type: 'Hostname', address: name }],
      ...(images === undefined ? {} : { images: images.map((image) => ({ names: [image] })) }),
    },
  };
}
