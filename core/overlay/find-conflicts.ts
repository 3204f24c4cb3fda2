import { contains, parseCidr } from '../network/cidr.ts';
import type { Conflict } from './expected-network.ts';
import type { Member } from './member.ts';
import type { Identity } from './overlay.ts';

/** What several members claim for themselves: equal values, and pod CIDRs that overlap. */
export function findConflicts<M extends Member>(
  members: readonly M[],
  identities: (member: M) => readonly Identity[],
): readonly Conflict[] {
  const claims = new Map<string, { readonly identity: Identity; readonly nodes: string[] }>();
  for (const member of members) {
    for (const identity of identities(member)) {
      const key = `${identity.what} ${identity.value}`;
      const claim = claims.get(key) ?? { identity, nodes: [] };
      claim.nodes.push(member.node);
      claims.set(key, claim);
    }
  }
  const equal = [...claims.values()].filter(({ nodes }) => nodes.length > 1);
  return [...equal.map(({ identity, nodes }) => ({ ...identity, nodes })), ...overlaps(members)];
}

/** In the order of addresses a network can only overlap one that began before it and has not ended. */
function overlaps(members: readonly Member[]): readonly Conflict[] {
  const parsed = members.flatMap(({ node, podCidr }) => {
    const cidr = parseCidr(podCidr);
    return cidr === undefined ? [] : [{ node, podCidr, cidr }];
  });
  const sorted = parsed.toSorted(
    (one, other) => compare(one.cidr.network.value, other.cidr.network.value) || one.cidr.prefix - other.cidr.prefix,
  );
  const found: Conflict[] = [];
  let widest = sorted[0];
  for (const each of sorted.slice(1)) {
    if (widest !== undefined && each.cidr.prefix > widest.cidr.prefix && contains(widest.cidr, each.cidr.network))
      found.push({ what: 'pod CIDR', value: `${widest.podCidr} and ${each.podCidr}`, nodes: [widest.node, each.node] });
    else widest = each;
  }
  return found;
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
