import { seesAll } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { rememberObject } from '../remember.ts';
import { readLease } from './flannel-lease.ts';
import { directVotes } from './vxlan/direct-routing.ts';

/** What flannel's net-conf says, which is one for the whole fleet. Null: nobody could tell, so nothing is concluded from it. */
export interface OverlayConfig {
  /** UDP port of the VXLAN device. */
  readonly port: number | null;
  /** Nodes of one network reach each other's pods without the overlay. `disputed`: as many hosts show it as show the contrary, or nobody could see. */
  readonly directRouting: boolean | 'disputed' | null;
}

export const UNKNOWN_CONFIG: OverlayConfig = { port: null, directRouting: null };

/**
 * The fleet's own configuration outranks every default: what net-conf.json says on the hosts that have one, else what their
 * devices have. Each host that was read has one vote, and more than half of them decide: one host's word changes no other.
 * Hosts that disagree without a majority tell nothing.
 */
export function overlayConfig(
  hosts: readonly NodeEvidence[],
  device: string | null,
  nodes: readonly NodeObject[] = [],
): OverlayConfig {
  const ports = hosts.map(
    ({ netConf, links }) => netConf?.port ?? links.find(({ name }) => name === device)?.vxlan?.port ?? null,
  );
  const isSaid = hosts.some(({ netConf }) => (netConf?.port ?? null) !== null);
  const direct = hosts.map(({ netConf }) => netConf?.directRouting ?? null);
  return {
    // A single host's device says nothing of what it ought to be.
    port: hosts.length === 1 && !isSaid ? null : majority(ports),
    directRouting: direct.some((said) => said !== null) ? majority(direct) : shownDirect(hosts, device, nodes),
  };
}

/**
 * What most hosts do that have a neighbour: one that shows the option does so with routes that nothing else makes. Where none shows
 * anything, and one could not read what would, nobody knows.
 */
function shownDirect(
  hosts: readonly NodeEvidence[],
  device: string | null,
  nodes: readonly NodeObject[],
): true | 'disputed' | null {
  const votes = hosts.map((host) => directVotes(host, membersOf(nodes), device)).filter((shown) => shown.length > 0);
  const direct = votes.filter((shown) => shown.every((vote) => vote)).length;
  const other = votes.length - direct;
  const isUnknown = hosts.some((host) => !seesAll(host, ['addresses', 'routes']));
  if (votes.length === 0 && isUnknown) return 'disputed';
  if (direct === 0 || direct < other) return null;
  return direct > other ? true : 'disputed';
}

const membersOf = rememberObject((nodes: readonly NodeObject[]) =>
  nodes.flatMap((node) => {
    const lease = readLease(node, 'ipv4');
    return typeof lease === 'string' ? [] : [lease.member];
  }),
);

/** The value of more than half of all; those without one do not vote, and count. */
function majority<T>(values: readonly (T | null)[]): T | null {
  return values.find((value) => values.filter((other) => other === value).length * 2 > values.length) ?? null;
}
