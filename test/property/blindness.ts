import type { Evidence, HostReading, ProbeRun } from '../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../core/evidence/node-evidence.ts';

/** What one host may not have seen, with what its reading holds then: an empty table, and a word in `unseen`. */
const tables: Readonly<Record<string, (measured: NodeEvidence) => NodeEvidence>> = {
  links: (measured) => ({ ...measured, links: [] }),
  addresses: (measured) => ({ ...measured, addresses: [] }),
  neighbours: (measured) => ({ ...measured, neighbours: [] }),
  fdb: (measured) => ({ ...measured, fdb: [] }),
  routes: (measured) => ({ ...measured, routes: [] }),
  rules: ({ rules: _, ...rest }) => rest,
  ways: ({ ways: _, ...rest }) => rest,
  counters: ({ counters: _, ...rest }) => rest,
  kernel: ({ kernel: _, ...rest }) => rest,
  netConf: ({ netConf: _, ...rest }) => rest,
  cniFiles: ({ cniFiles: _, ...rest }) => rest,
  sysctls: (measured) => ({ ...measured, sysctls: {} }),
  pods: ({ ipv6, ...rest }) => ({
    ...rest,
    pods: { ...rest.pods, addresses: [] },
    ...(ipv6 === undefined ? {} : { ipv6: { ...ipv6, pods: undefined } }),
  }),
  agents: (measured) => ({ ...measured, agents: [] }),
  wireguard: (measured) => ({ ...measured, wireguard: null }),
  'flannel-wireguard': (measured) => ({ ...measured, flannelWireGuard: null }),
  'ipv6-neighbours': ofIpv6((ipv6) => ({ ...ipv6, neighbours: [] })),
  'ipv6-fdb': ofIpv6((ipv6) => ({ ...ipv6, fdb: [] })),
  'ipv6-routes': ofIpv6((ipv6) => ({ ...ipv6, routes: [] })),
  'ipv6-flannel-wireguard': ofIpv6((ipv6) => ({ ...ipv6, flannelWireGuard: null })),
};

type Ipv6 = NonNullable<NodeEvidence['ipv6']>;

function ofIpv6(change: (ipv6: Ipv6) => Ipv6): (measured: NodeEvidence) => NodeEvidence {
  return (measured) => (measured.ipv6 === undefined ? measured : { ...measured, ipv6: change(measured.ipv6) });
}

/** What an older script did not collect, so that it says nothing of it. */
const untold = ['rules', 'ways', 'counters', 'kernel', 'netConf', 'cniFiles'];

export const tableNames: readonly string[] = Object.keys(tables);

/** The evidence as it would be if that host had not seen that table, before and after the probes. */
export function withoutTable(evidence: Evidence, host: string, table: string): Evidence {
  return changed(evidence, host, (reading) => {
    if (reading.passive.status !== 'read') return reading;
    const left = tables[table]?.(reading.passive.evidence) ?? reading.passive.evidence;
    const gap = untold.includes(table) ? [] : [{ what: table, why: 'No buffer space available' }];
    const runs = reading.runs.map((run) => ({
      ...run,
      ...(table === 'wireguard' ? { wireguard: null } : {}),
    }));
    return { ...reading, passive: { status: 'read', evidence: { ...left, unseen: [...left.unseen, ...gap] } }, runs };
  });
}

/** The evidence as it would be if some of that host's pings had been ended before they sent a packet. */
export function withoutProbes(evidence: Evidence, host: string, isEnded: (index: number) => boolean): Evidence {
  return changed(evidence, host, (reading) => ({ ...reading, runs: reading.runs.map((run) => ended(run, isEnded)) }));
}

function ended(run: ProbeRun, isEnded: (index: number) => boolean): ProbeRun {
  const probes = run.probes.map((probe, index) =>
    isEnded(index) && probe.mode !== 'search' ? { ...probe, sent: 0, received: 0, rttMs: null, tooLong: false } : probe,
  );
  return { ...run, probes };
}

/** The evidence as it would be if that host had not answered. */
export function withoutHost(evidence: Evidence, host: string): Evidence {
  return changed(evidence, host, (reading) => ({
    ...reading,
    passive: { status: 'unreachable', reason: 'the command timed out' },
    runs: [],
  }));
}

function changed(evidence: Evidence, host: string, change: (reading: HostReading) => HostReading): Evidence {
  return {
    ...evidence,
    readings: evidence.readings.map((reading) => (reading.host === host ? change(reading) : reading)),
  };
}
