import type { Evidence, HostReading } from './evidence.ts';
import type { NodeEvidence, Probe } from './node-evidence.ts';
import { ipv6Kinds, parseProbeName } from './probe-name.ts';

/** Tables that a host has once for each address family. */
const tablesOfFamily = ['routes', 'fdb', 'flannel-wireguard'] as const;

/**
 * The evidence as IPv6 alone has it: its tables, its device and its probes in the places of IPv4's. So whatever compares,
 * explains and repairs one family does the same for the other.
 */
export function ipv6View(evidence: Evidence): Evidence {
  return {
    ...evidence,
    flannelDevice: evidence.flannelDeviceV6 ?? null,
    readings: ipv6Readings(evidence.readings),
  };
}

/** The same of the readings alone. */
export function ipv6Readings(readings: readonly HostReading[]): HostReading[] {
  const cut = cutPairs(readings);
  return readings.map((reading) => readingView(reading, cut));
}

function readingView(reading: HostReading, cut: readonly string[]): HostReading {
  const { host, passive, runs } = reading;
  const isCut = (peer: string) => cut.includes(pair(host, peer));
  return {
    ...reading,
    passive: passive.status === 'read' ? { ...passive, evidence: ipv6Tables(passive.evidence) } : passive,
    runs: runs.map((run) => ({ ...run, probes: ipv6Probes(run.probes, isCut) })),
  };
}

/** Pairs of hosts between which the underlay of IPv6 answers nothing in one of the two directions. */
function cutPairs(readings: readonly HostReading[]): readonly string[] {
  return readings.flatMap(({ host, runs }) =>
    runs.flatMap(({ probes }) =>
      probes.flatMap(({ name, received }) => {
        const parsed = parseProbeName(name);
        return parsed?.kind === 'underlay6' && received === 0 ? [pair(host, parsed.peer)] : [];
      }),
    ),
  );
}

function pair(one: string, other: string): string {
  return [one, other].toSorted().join(' ');
}

/** A host that was not asked for IPv6 has seen nothing of it. */
export function ipv6Tables(measured: NodeEvidence): NodeEvidence {
  const { ipv6, unseen } = measured;
  if (ipv6 === undefined) {
    const why = 'the host was not asked for IPv6';
    const tables = ['links', 'neighbours', 'pods', ...tablesOfFamily];
    const pods = { ...measured.pods, addresses: [], silent: undefined };
    return { ...measured, ...nothing, pods, unseen: [...unseen, ...tables.map((what) => ({ what, why }))] };
  }
  const common = unseen.filter(({ what }) => !tablesOfFamily.some((table) => table === what));
  return {
    ...measured,
    ...ipv6,
    pods: { ...measured.pods, ...(ipv6.pods ?? { addresses: [], silent: undefined }) },
    ways: undefined,
    rules: undefined,
    unseen: [
      ...common.map(({ what, why }) => ({ what: what.replace(/^ipv6-/, ''), why })),
      ...(ipv6.pods === undefined ? [{ what: 'pods', why: 'the host was not asked for pods of IPv6' }] : []),
    ],
  };
}

const nothing = { neighbours: [], fdb: [], routes: [], flannelWireGuard: null, ways: undefined, rules: undefined };

/**
 * An overlay whose underlay answers nothing was not measured: the address that flannel announces for IPv6 may be one that the
 * fleet's tunnels never carried, and then nothing on flannel's device is to blame.
 */
function ipv6Probes(probes: readonly Probe[], isCut: (peer: string) => boolean): Probe[] {
  return probes.flatMap((probe) => {
    const name = parseProbeName(probe.name);
    const known = ipv6Kinds.find(({ kind }) => kind === name?.kind);
    if (name === undefined || known === undefined) return [];
    const { plain } = known;
    if (plain !== 'underlay' && probe.received === 0 && isCut(name.peer)) return [];
    return [{ ...probe, name: `${plain}-${name.peer}` }];
  });
}
