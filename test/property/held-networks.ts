import fc from 'fast-check';
import { expect } from 'vitest';
import type { Evidence, HostReading, ProbeRun } from '../../core/evidence/evidence.ts';
import type { WireGuardPeer } from '../../core/evidence/node-evidence.ts';
import type { Operation } from '../../core/grammar/operation.ts';

type PeerOperation = Extract<Operation, { readonly op: 'wg allowed-ips' | 'wg add' }>;
type WireGuard = ProbeRun['wireguard'];

interface Held {
  readonly everOwn: readonly string[];
  readonly othersAtLast: readonly string[];
  readonly isShownLast: boolean;
}

/** What the readings of a host, in the order of time, show of the operation's peer, and what the last one shows of the others. */
export function heldBy({ dev, peer }: PeerOperation, reading: HostReading | undefined, tunnel: string): Held {
  const passive = reading?.passive.status === 'read' ? [reading.passive.evidence] : [];
  const tables = [
    ...passive.flatMap(({ ipv6 }) => ipv6?.flannelWireGuard ?? []),
    ...[...passive, ...(reading?.runs ?? [])].flatMap(({ wireguard, flannelWireGuard }) => [
      ...(flannelWireGuard ? [flannelWireGuard] : []),
      // A reading without the tunnel shows no peer of it.
      wireguard ?? { interface: tunnel, peers: [] },
    ]),
  ].filter((each) => each.interface === dev);
  const last = tables.at(-1)?.peers ?? [];
  const networksOf = (peers: readonly WireGuardPeer[]) => peers.flatMap(({ allowedIps }) => allowedIps);
  return {
    everOwn: networksOf(tables.flatMap(({ peers }) => peers.filter(({ publicKey }) => publicKey === peer))),
    othersAtLast: networksOf(last.filter(({ publicKey }) => publicKey !== peer)),
    isShownLast: last.some(({ publicKey }) => publicKey === peer),
  };
}

export function expectKept({ op, cidrs }: PeerOperation, { everOwn, othersAtLast, isShownLast }: Held): void {
  expect(everOwn.filter((cidr) => !cidrs.includes(cidr) && !othersAtLast.includes(cidr))).toEqual([]);
  if (op === 'wg allowed-ips') expect(isShownLast).toBe(true);
}

/** One reading of the tunnel's peers that is cut short: `keep` says of each peer and network whether it is still there. */
export const anyCut = fc.record({
  host: fc.nat(),
  reading: fc.nat(),
  what: fc.constantFrom('networks', 'peers', 'table'),
  keep: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
});
type Cut = typeof anyCut extends fc.Arbitrary<infer Value> ? Value : never;

export function cutShort(evidence: Evidence, { host, reading, what, keep }: Cut): Evidence {
  const isKept = (_: unknown, index: number) => keep[index % keep.length] ?? true;
  const less = (wireguard: WireGuard): WireGuard =>
    wireguard === null || what === 'table'
      ? null
      : {
          ...wireguard,
          peers:
            what === 'peers'
              ? wireguard.peers.filter(isKept)
              : wireguard.peers.map((peer) => ({ ...peer, allowedIps: peer.allowedIps.filter(isKept) })),
        };
  return {
    ...evidence,
    readings: evidence.readings.map((each, index) => {
      if (index !== host % evidence.readings.length) return each;
      const { passive, runs } = each;
      const which = reading % (runs.length + 1);
      if (which < runs.length)
        return {
          ...each,
          runs: runs.map((run, at) => (at === which ? { ...run, wireguard: less(run.wireguard) } : run)),
        };
      if (passive.status !== 'read') return each;
      const { wireguard } = passive.evidence;
      return { ...each, passive: { ...passive, evidence: { ...passive.evidence, wireguard: less(wireguard) } } };
    }),
  };
}
