import type { Evidence } from './evidence.ts';
import { type ProbeKind, parseProbeName } from './probe-plan.ts';

/** One measured direction: did packets of this kind get from `from` to `to`, and back. */
export interface MeasuredPath {
  readonly from: string;
  readonly to: string;
  readonly kind: ProbeKind;
  readonly passed: boolean;
  readonly tooLong: boolean;
}

/** Every probe of the evidence that starts or ends at the node, or all of them. */
export function measuredPaths(evidence: Evidence): readonly MeasuredPath[] {
  return evidence.readings.flatMap((reading) =>
    (reading.probes ?? []).flatMap((probe) => {
      const name = parseProbeName(probe.name);
      if (name === undefined) return [];
      const { kind, peer } = name;
      return [{ from: reading.host, to: peer, kind, passed: probe.received > 0, tooLong: probe.tooLong }];
    }),
  );
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

function touching(evidence: Evidence, kinds: readonly ProbeKind[]): readonly MeasuredPath[] {
  const { node } = evidence.target;
  return measuredPaths(evidence).filter(
    (path) => kinds.includes(path.kind) && (path.from === node || path.to === node),
  );
}

export function describePath(path: MeasuredPath): string {
  const what = { underlay: 'tunnel', vtep: 'VXLAN', full: 'full-size VXLAN', pod: 'pod' }[path.kind];
  return `${what} ${path.from} → ${path.to} ${path.passed ? 'passes' : path.tooLong ? 'is too long' : 'is lost'}`;
}
