import { randomUUID } from 'node:crypto';
import type { FleetHost } from '../../lab/fleet.ts';
import { type KeptNode, withoutEmpty } from './kept-node.ts';
import type { NodeTable } from './node-table.ts';

/**
 * Writes the fleet's nodes into the table. Fields of kubelet, flanneld and the platform team are refreshed from the fleet;
 * cordons, taints, claims and anything else that was added to a node stay unchanged.
 */
export function seedNodes(table: NodeTable, hosts: readonly FleetHost[], now: number): void {
  const names = new Set(hosts.map((host) => host.name));
  for (const { metadata } of table.list()) if (!names.has(metadata.name)) table.delete(metadata.name);
  for (const host of hosts) table.put(withoutEmpty(nodeOf(host, table.get(host.name), now)));
}

function nodeOf({ name, node }: FleetHost, kept: KeptNode | undefined, now: number): KeptNode {
  const { podCIDR, providerID, images, taints = [], addresses = [] } = node;
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
