import type { Evidence } from '../../core/evidence/evidence.ts';
import type { NodeEvidence, Probe } from '../../core/evidence/node-evidence.ts';
import { evidenceWith } from './healthy-evidence.ts';

/** Says whether a connection passes: `kind` is tcp or podtcp. */
export type TcpPasses = (kind: 'tcp' | 'podtcp', from: string, to: string) => boolean;

interface TcpOptions {
  /** Pod of the target that each sender tries. Absent: everybody tries another one. */
  readonly pod?: string;
  /** Checksum errors that each host counts during the probes. */
  readonly checksumErrors?: Readonly<Record<string, number>>;
  /** Echo probes that pass; absent: all. */
  readonly echoes?: (from: string, name: string) => boolean;
  readonly change?: (measured: NodeEvidence) => NodeEvidence;
}

/** Evidence about gpu-1 in which echoes pass, with TCP connections on every path beside them. */
export function tcpEvidence(passes: TcpPasses, options: TcpOptions = {}): Evidence {
  const evidence = evidenceWith('gpu-1', options.change ?? ((measured) => measured), options.echoes);
  return {
    ...evidence,
    readings: evidence.readings.map((reading, index) => {
      const { host } = reading;
      if (reading.passive.status !== 'read') return reading;
      const peers = host === 'gpu-1' ? ['hub-1', 'gpu-2', 'cloud-1'] : ['gpu-1'];
      const probes = peers.flatMap((to): Probe[] => [
        connect(`tcp-${to}`, '10.42.0.0', passes('tcp', host, to)),
        connect(`podtcp-${to}`, options.pod ?? `10.42.11.${index + 2}`, passes('podtcp', host, to)),
      ]);
      const counters = (errors: number) => ({ 'Tcp.InCsumErrors': 100 + errors, 'link.wg0.rx_dropped': 7 });
      const after = counters(options.checksumErrors?.[host] ?? 0);
      return {
        ...reading,
        passive: { status: 'read', evidence: { ...reading.passive.evidence, counters: counters(0) } },
        runs: reading.runs.map((run) => ({ ...run, probes: [...run.probes, ...probes], counters: after })),
      };
    }),
  };
}

function connect(name: string, address: string, passed: boolean): Probe {
  const received = passed ? 1 : 0;
  return {
    name,
    address,
    payloadBytes: 10_250,
    mode: 'connect',
    sent: 1,
    received,
    rttMs: null,
    tooLong: false,
    foundPayloadBytes: null,
  };
}
