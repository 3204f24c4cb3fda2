import type { Evidence } from './evidence.ts';
import type { Probe } from './node-evidence.ts';
import { type ProbeKind, parseProbeName } from './probe-name.ts';

/** One measured direction: did packets of this kind get from `from` to `to`, and back. */
export interface MeasuredPath {
  readonly from: string;
  readonly to: string;
  readonly kind: ProbeKind;
  readonly passed: boolean;
  readonly tooLong: boolean;
  /** IP packet of the probe, or of a search the largest that came back; null: none did. */
  readonly bytes: number | null;
}

/** Every path as it was first measured: a later probe may have healed what an earlier one found. */
export function measuredPaths(evidence: Evidence): readonly MeasuredPath[] {
  const first = new Map<string, MeasuredPath>();
  for (const path of allMeasurements(evidence)) {
    const key = `${path.kind} ${path.from} ${path.to}`;
    if (!first.has(key)) first.set(key, path);
  }
  return [...first.values()];
}

/** The path as it was measured last; undefined when it was measured less than twice. */
export function measuredAgain(evidence: Evidence, kind: ProbeKind, from: string, to: string): MeasuredPath | undefined {
  const all = allMeasurements(evidence).filter((path) => path.kind === kind && path.from === from && path.to === to);
  return all.length > 1 ? all.at(-1) : undefined;
}

function allMeasurements(evidence: Evidence): readonly MeasuredPath[] {
  return evidence.readings.flatMap(({ host, runs }) =>
    runs.flatMap(({ probes }) =>
      probes.flatMap((probe) => {
        const name = parseProbeName(probe.name);
        return name === undefined ? [] : [toPath(host, name, probe)];
      }),
    ),
  );
}

function toPath(from: string, { kind, peer }: { kind: ProbeKind; peer: string }, probe: Probe): MeasuredPath {
  const payloadBytes = probe.mode === 'search' ? probe.foundPayloadBytes : probe.payloadBytes;
  const overhead = probe.address.includes(':') ? 48 : 28;
  return {
    from,
    to: peer,
    kind,
    passed: probe.received > 0,
    tooLong: probe.tooLong,
    bytes: payloadBytes === null ? null : payloadBytes + overhead,
  };
}

/** The path as it was first measured, if it was. */
export function findPath(evidence: Evidence, kind: ProbeKind, from: string, to: string): MeasuredPath | undefined {
  return measuredPaths(evidence).find((path) => path.kind === kind && path.from === from && path.to === to);
}

/** The paths of the given kinds that touch the node and fail. */
export function brokenPaths(evidence: Evidence, kinds: readonly ProbeKind[]): readonly MeasuredPath[] {
  return touching(evidence, kinds).filter((path) => !path.passed);
}

/** True when at least one path of each kind was measured in both directions and every one passed. */
export function allPass(evidence: Evidence, kinds: readonly ProbeKind[]): boolean {
  const { node } = evidence.target;
  const paths = touching(evidence, kinds);
  return kinds.every((kind) => {
    const ofKind = paths.filter((path) => path.kind === kind);
    const outward = ofKind.some((path) => path.from === node);
    const inward = ofKind.some((path) => path.to === node);
    return outward && inward && ofKind.every((path) => path.passed);
  });
}

/** The measured paths of the given kinds that start or end at the node. */
export function touching(evidence: Evidence, kinds: readonly ProbeKind[]): readonly MeasuredPath[] {
  const { node } = evidence.target;
  return measuredPaths(evidence).filter(
    (path) => kinds.includes(path.kind) && (path.from === node || path.to === node),
  );
}

const layerNames: Readonly<Record<ProbeKind, string>> = {
  underlay: 'tunnel',
  vtep: 'overlay',
  full: 'full-size overlay',
  hop: 'one-way overlay',
  fullhop: 'one-way full-size overlay',
  pod: 'pod gateway',
  workload: 'pod',
  mtu: 'path MTU search',
};

/** `tunnel gpu-1 → hub-1`: the same for every measurement of the path. */
export function nameOfPath({ kind, from, to }: MeasuredPath): string {
  return `${layerNames[kind]} ${from} → ${to}`;
}

export function describePath(path: MeasuredPath): string {
  const what = nameOfPath(path);
  if (path.kind === 'mtu') return path.passed ? `${what}: ${path.bytes} bytes pass` : `${what}: nothing passes`;
  return `${what} ${path.passed ? 'passes' : path.tooLong ? 'is too long' : 'is lost'}`;
}
