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
    readings: evidence.readings.map(readingView),
  };
}

function readingView(reading: HostReading): HostReading {
  const { passive, runs } = reading;
  return {
    ...reading,
    passive: passive.status === 'read' ? { ...passive, evidence: ipv6Tables(passive.evidence) } : passive,
    runs: runs.map((run) => ({ ...run, probes: ipv6Probes(run.probes) })),
  };
}

/** A host that was not asked for IPv6 has seen nothing of it. */
export function ipv6Tables(measured: NodeEvidence): NodeEvidence {
  const { ipv6, unseen } = measured;
  if (ipv6 === undefined) {
    const why = 'the host was not asked for IPv6';
    const tables = ['links', 'neighbours', ...tablesOfFamily];
    return { ...measured, ...nothing, unseen: [...unseen, ...tables.map((what) => ({ what, why }))] };
  }
  const common = unseen.filter(({ what }) => !tablesOfFamily.some((table) => table === what));
  return {
    ...measured,
    ...ipv6,
    ways: undefined,
    rules: undefined,
    unseen: common.map(({ what, why }) => ({ what: what.replace(/^ipv6-/, ''), why })),
  };
}

const nothing = { neighbours: [], fdb: [], routes: [], flannelWireGuard: null, ways: undefined, rules: undefined };

/**
 * An overlay whose underlay answers nothing in the same run was not measured: the address that flannel announces for IPv6 may
 * be one that the fleet's tunnels never carried, and then nothing on flannel's device is to blame.
 */
function ipv6Probes(probes: readonly Probe[]): Probe[] {
  const named = probes.flatMap((probe) => {
    const name = parseProbeName(probe.name);
    const known = ipv6Kinds.find(({ kind }) => kind === name?.kind);
    return name === undefined || known === undefined ? [] : [{ probe, kind: known.plain, peer: name.peer }];
  });
  const reached = named.filter(({ kind, probe }) => kind === 'underlay' && probe.received > 0);
  return named
    .filter(
      ({ kind, probe, peer }) =>
        kind === 'underlay' || probe.received > 0 || reached.some((underlay) => underlay.peer === peer),
    )
    .map(({ probe, kind, peer }) => ({ ...probe, name: `${kind}-${peer}` }));
}
