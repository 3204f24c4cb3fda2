import type { Evidence } from './evidence.ts';
import type { Probe } from './node-evidence.ts';
import { type ProbeKind, parseProbeName } from './probe-name.ts';

/** One measured direction: did packets of this kind get from `from` to `to`, and back. */
export interface MeasuredPath {
  readonly from: string;
  readonly to: string;
  readonly kind: ProbeKind;
  /** IP packets of an echo; a search counts none. */
  readonly sent: number;
  readonly received: number;
  /**
   * `lost`: none came back. `degraded`: fewer than 90 % of at least five. Of fewer than five, any answer is `passed`: the
   * kernel limits how many "time exceeded" it sends, and older evidence holds three pings per path.
   */
  readonly state: 'passed' | 'degraded' | 'lost';
  /** Something came back. Whether enough did is told by all paths of the pair together: ten packets are few. */
  readonly passed: boolean;
  readonly tooLong: boolean;
  /** IP packet of the probe, or of a search the largest that came back; null: none did, or it was a TCP connection. */
  readonly bytes: number | null;
}

/** Evidence never changes, and every rule asks for its paths: they are derived once. */
const derived = new WeakMap<Evidence, readonly MeasuredPath[]>();

/** Every path as it was first measured: a later probe may have healed what an earlier one found. */
export function measuredPaths(evidence: Evidence): readonly MeasuredPath[] {
  const known = derived.get(evidence);
  if (known !== undefined) return known;
  const paths = firstMeasurements(evidence);
  derived.set(evidence, paths);
  return paths;
}

function firstMeasurements(evidence: Evidence): readonly MeasuredPath[] {
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
  const runs = evidence.readings.flatMap(({ host, runs }) => runs.map(({ probes }) => pathsOf(host, probes)));
  const all = runs.flat();
  return runs.flatMap((run) =>
    run.map((path) => (isSilent(path, run, all) ? { ...path, state: 'passed', passed: true } : path)),
  );
}

function pathsOf(host: string, probes: readonly Probe[]): readonly MeasuredPath[] {
  return probes.flatMap((probe) => {
    const name = parseProbeName(probe.name);
    return name === undefined || !wasMeasured(probe) ? [] : [toPath(host, name, probe)];
  });
}

/** What lies behind an address takes the same way, so the way passes where that answers. */
const behind: Readonly<Partial<Record<ProbeKind, ProbeKind>>> = { underlay: 'vtep', pod: 'workload' };

/**
 * The address never answered an echo, while what lies behind it did in the same run. Of a peer's address: a firewall refuses the
 * echo, or the announced address is not the one that is used. Of the pods' gateway: the CNI gives none.
 */
function isSilent(path: MeasuredPath, run: readonly MeasuredPath[], all: readonly MeasuredPath[]): boolean {
  const isSame = (kind: ProbeKind) => (other: MeasuredPath) =>
    other.kind === kind && other.from === path.from && other.to === path.to && other.passed;
  const further = behind[path.kind];
  return further !== undefined && !all.some(isSame(path.kind)) && run.some(isSame(further));
}

/** The paths whose end answers no echo, though what lies behind it does. */
export function silentPaths(evidence: Evidence): readonly MeasuredPath[] {
  return measuredPaths(evidence).filter(
    ({ kind, passed, received }) => behind[kind] !== undefined && passed && received === 0,
  );
}

/** A ping that was killed before it sent a packet measured nothing. */
function wasMeasured({ mode, sent }: Probe): boolean {
  return mode === 'search' || sent > 0;
}

const FEWEST_FOR_A_RATE = 5;
const PASSING_RATE = 0.9;

function stateOf({ mode, sent, received }: Probe): MeasuredPath['state'] {
  if (received === 0) return 'lost';
  return mode === 'echo' && isDegraded(sent, received) ? 'degraded' : 'passed';
}

/** More than a tenth of the packets is lost, and they are enough to tell a rate. */
export function isDegraded(sent: number, received: number): boolean {
  return sent >= FEWEST_FOR_A_RATE && received < sent * PASSING_RATE;
}

function toPath(from: string, { kind, peer }: { kind: ProbeKind; peer: string }, probe: Probe): MeasuredPath {
  const payloadBytes = probe.mode === 'search' ? probe.foundPayloadBytes : probe.payloadBytes;
  const state = stateOf(probe);
  const overhead = probe.address.includes(':') ? 48 : 28;
  return {
    from,
    to: peer,
    kind,
    sent: probe.sent,
    received: probe.received,
    state,
    passed: state !== 'lost',
    tooLong: probe.tooLong,
    bytes: payloadBytes === null || probe.mode === 'connect' ? null : payloadBytes + overhead,
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

/** True when at least one path of each kind was measured in both directions. */
export function isMeasuredBothWays(evidence: Evidence, kinds: readonly ProbeKind[]): boolean {
  const { node } = evidence.target;
  const paths = touching(evidence, kinds);
  return kinds.every((kind) => {
    const ofKind = paths.filter((path) => path.kind === kind);
    const outward = ofKind.some((path) => path.from === node);
    const inward = ofKind.some((path) => path.to === node);
    return outward && inward;
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
  tcp: 'TCP over the overlay',
  podtcp: 'TCP to a pod',
  mtu: 'path MTU search',
  underlay6: 'IPv6 tunnel',
  vtep6: 'IPv6 overlay',
  full6: 'full-size IPv6 overlay',
  pod6: 'IPv6 pod gateway',
  workload6: 'IPv6 pod',
  mtu6: 'IPv6 path MTU search',
};

/** `tunnel gpu-1 → hub-1`: the same for every measurement of the path. */
export function nameOfPath({ kind, from, to }: MeasuredPath): string {
  return `${layerNames[kind]} ${from} → ${to}`;
}

export function describePath(path: MeasuredPath): string {
  const what = nameOfPath(path);
  if (path.kind === 'mtu') return path.passed ? `${what}: ${path.bytes} bytes pass` : `${what}: nothing passes`;
  if (path.state === 'degraded') return `${what} loses packets: ${path.received} of ${path.sent} came back`;
  return `${what} ${path.passed ? 'passes' : path.tooLong ? 'is too long' : 'is lost'}`;
}
