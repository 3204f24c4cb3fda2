import type { Evidence } from '../evidence/evidence.ts';
import { type MeasuredPath, measuredPaths } from '../evidence/paths.ts';
import type { ProbeKind } from '../evidence/probe-name.ts';
import { type Drift, peerOf } from '../overlay/drift.ts';

/** Differences by what the measured paths say of them: loss decides, state explains. */
export interface WeighedDrifts {
  /** A path that depends on it is lost, or it is of one kind with such a one and its own path was not measured. */
  readonly harmful: readonly Drift[];
  /** Nothing that depends on it, or on any of its kind on the host, was measured. */
  readonly unmeasured: readonly Drift[];
  /** Every measured path that depends on it passes: a precursor at most. */
  readonly harmless: readonly Drift[];
}

/**
 * Small packets through the overlay and back. Full-size ones may be lost for their size, and any router may answer one that
 * expires on its way.
 */
const dependentKinds: readonly ProbeKind[] = ['vtep', 'pod', 'workload'];

type Verdict = 'lost' | 'passes' | 'unmeasured';

/** Judges each difference by its own paths, and those whose paths were not measured by the others of their kind on the host. */
export function weighDrifts(evidence: Evidence, drifts: readonly Drift[]): WeighedDrifts {
  const paths = measuredPaths(evidence).filter(({ kind }) => dependentKinds.includes(kind));
  const verdicts = new Map(drifts.map((drift) => [drift, verdictOn(drift, paths, evidence.target.node)]));
  const kindOf = ({ host, type }: Drift) => `${host} ${type}`;
  const ofKind = Map.groupBy(drifts, kindOf);
  const verdictsOfKind = new Map(
    [...ofKind].map(([kind, all]) => [kind, new Set(all.map((drift) => verdicts.get(drift)))]),
  );
  const decided = (drift: Drift): Verdict => {
    const own = verdicts.get(drift) ?? 'unmeasured';
    if (own !== 'unmeasured') return own;
    const others = verdictsOfKind.get(kindOf(drift));
    if (others?.has('lost')) return 'lost';
    return others?.has('passes') ? 'passes' : 'unmeasured';
  };
  const by = Map.groupBy(drifts, decided);
  return { harmful: by.get('lost') ?? [], unmeasured: by.get('unmeasured') ?? [], harmless: by.get('passes') ?? [] };
}

/**
 * On another host than the target only what that host measured itself counts: no host's word changes another one. A device
 * carries everything: while anything passes through it, it is not what loses the rest. What passes outwards of one that is
 * gone took another way, as through a tunnel that is the default route.
 */
function verdictOn(drift: Drift, paths: readonly MeasuredPath[], target: string): Verdict {
  const peer = peerOf(drift);
  const outward = paths.filter(({ from, to }) => from === drift.host && (peer === undefined || to === peer));
  const inward = paths.filter(
    ({ from, to }) => drift.host === target && to === drift.host && (peer === undefined || from === peer),
  );
  const dependent = [...outward, ...inward];
  if (dependent.length === 0) return 'unmeasured';
  if (peer !== undefined) return dependent.some(({ passed }) => !passed) ? 'lost' : 'passes';
  return isLostWhole(dependent) || (isGone(drift) && isLostWhole(inward) && sources(inward) > 1) ? 'lost' : 'passes';
}

function isGone({ type }: Drift): boolean {
  return type === 'device-missing' || type === 'device-down';
}

function isLostWhole(paths: readonly MeasuredPath[]): boolean {
  return paths.every(({ passed }) => !passed);
}

function sources(paths: readonly MeasuredPath[]): number {
  return new Set(paths.map(({ from }) => from)).size;
}
