import { overlaps, parseCidr } from '../core/network/cidr.ts';
import type { Cluster } from './cluster.ts';
import type { Contradiction } from './contradiction.ts';

interface Placed {
  readonly path: Contradiction['path'];
  readonly text: string;
  /** Whose it is, for a person. */
  readonly of: string;
  /** The site whose own network it is; null: of pods, of services or of a tunnel. */
  readonly site: string | null;
}

/**
 * Networks of one cluster that overlap. Hosts route each of them somewhere else: pods to flannel's device, tunnel addresses into the
 * tunnel, services to rules of the host, and the network of a hub's site to the hub. A site without a hub keeps its own to itself, so
 * two LANs behind two NATs may have the same addresses.
 */
export function networksApart(cluster: Cluster): readonly Contradiction[] {
  const networks = networksOf(cluster);
  const withHub = new Set(cluster.hubs.map(({ site }) => site));
  const isAllowed = (one: Placed, other: Placed) =>
    one.site !== null &&
    other.site !== null &&
    one.site !== other.site &&
    ![one, other].some(({ site }) => site !== null && withHub.has(site));
  return networks.flatMap((network, at) => {
    const other = networks.slice(0, at).find((one) => !isAllowed(one, network) && overlap(one.text, network.text));
    if (other === undefined) return [];
    const message = `${network.text} ${network.of} overlaps ${other.text} ${other.of}: write networks that have no address in common`;
    return [{ path: network.path, message }];
  });
}

/** Those that hosts route elsewhere before those of the sites. */
function networksOf({ podNetworks, serviceNetworks, hubs, sites }: Cluster): readonly Placed[] {
  const placed = (texts: readonly string[], path: Contradiction['path'], of: string, site: string | null) =>
    texts.map((text, at): Placed => ({ text, path: [...path, at], of, site }));
  return [
    ...placed(podNetworks, ['podNetworks'], 'of the pods', null),
    ...placed(serviceNetworks, ['serviceNetworks'], 'of the services', null),
    ...hubs.flatMap(({ name, tunnelNetworks }, at) =>
      placed(tunnelNetworks, ['hubs', at, 'tunnelNetworks'], `of the tunnels of ${name}`, null),
    ),
    ...sites.flatMap(({ name, networks }, at) =>
      placed(networks, ['sites', at, 'networks'], `of the site ${name}`, name),
    ),
  ];
}

function overlap(left: string, right: string): boolean {
  const [one, other] = [parseCidr(left), parseCidr(right)];
  return one !== undefined && other !== undefined && overlaps(one, other) === true;
}
