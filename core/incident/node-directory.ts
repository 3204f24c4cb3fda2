import { canonicalAddress } from '../alert/canonical-address.ts';
import type { Target } from '../alert/target.ts';
import type { NodeObject } from '../evidence/node-object.ts';

/**
 * Which Node an address means, for dispatch, which has no Kubernetes client. Sweep writes it every minute, for
 * each name of a cluster: another cluster may have the same addresses. Throws `RestitchError` (code `store`).
 */
export interface NodeDirectory {
  /**
   * The name of the Node at an address, which the target has in canonical spelling. Undefined: not known, or not written lately.
   * `now`: epoch ms.
   */
  find(address: Target, now: number): Promise<string | undefined>;
  /** Makes the directory hold these entries of the cluster and no others. `now`: epoch ms. */
  keep(cluster: string, nodeOf: AddressEntries, now: number): Promise<void>;
}

/** Address in canonical spelling → Node name. */
export type AddressEntries = ReadonlyMap<string, string>;

/** Every InternalIP that means exactly one Node. An address that several Nodes claim means none. */
export function addressEntries(nodes: readonly NodeObject[]): AddressEntries {
  const claimed = nodes.flatMap((node) =>
    (node.status.addresses ?? [])
      .filter(({ type }) => type === 'InternalIP')
      .flatMap(({ address }) => canonicalAddress(address) ?? [])
      .map((address) => ({ address, name: node.metadata.name })),
  );
  const names = new Map<string, string | undefined>();
  const byName = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const { address, name } of claimed) {
    const known = names.get(address);
    // Where a Node is called like an address, the name decides, as in `findNode`.
    if (byName.has(address)) names.set(address, address);
    else names.set(address, names.has(address) && known !== name ? undefined : name);
  }
  return new Map([...names].flatMap(([address, name]) => (name === undefined ? [] : [[address, name] as const])));
}
