import { contains, parseCidr, sameCidr } from '../network/cidr.ts';
import type { CloudRoute } from './route-table.ts';
import type { WantedRoute } from './wanted-route.ts';

/** Whether a table sends the tunnel's network to the hub. `now`: its route for exactly that network; null: none. */
export type TableVerdict = { readonly type: 'right' } | { readonly type: 'wrong'; readonly now: CloudRoute | null };

/**
 * A table is right when the route that the VPC would choose (the longest prefix that contains the network) is active and
 * leads to the hub. A route for a wider network is enough.
 */
export function judgeRouteTable(routes: readonly CloudRoute[], wanted: WantedRoute): TableVerdict {
  const now = routes.find(({ destination }) => sameCidr(destination, wanted.destination));
  const chosen = now ?? widerRoute(routes, wanted.destination);
  const leadsToHub = chosen?.instanceId === wanted.target && chosen.state === 'active';
  return leadsToHub ? { type: 'right' } : { type: 'wrong', now: now ?? null };
}

function widerRoute(routes: readonly CloudRoute[], network: string): CloudRoute | undefined {
  const wanted = parseCidr(network);
  if (wanted === undefined) return undefined;
  const prefixOf = ({ destination }: CloudRoute) => parseCidr(destination)?.prefix ?? -1;
  return routes
    .filter(({ destination }) => {
      const cidr = parseCidr(destination);
      return cidr !== undefined && cidr.prefix < wanted.prefix && contains(cidr, wanted.network);
    })
    .toSorted((left, right) => prefixOf(right) - prefixOf(left))[0];
}

/** `no such route`, `a black hole, to eni-…`, or `a route to …`. */
export function describeNow(now: CloudRoute | null): string {
  if (now === null) return 'no such route';
  const { target, instanceId, state } = now;
  const where = instanceId === null || instanceId === target ? target : `${target} of ${instanceId}`;
  return state === 'blackhole' ? `a black hole, to ${where}` : `a route to ${where}`;
}
