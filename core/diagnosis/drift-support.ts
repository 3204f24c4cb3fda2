import { describePath, type MeasuredPath, measuredPaths } from '../evidence/paths.ts';
import { ipv6Kinds, type ProbeKind } from '../evidence/probe-name.ts';
import { type Drift, peerOf } from '../overlay/drift.ts';
import type { Facts } from './facts.ts';

/** What the probes say about differences in state. */
export interface DriftSupport {
  readonly confidence: number;
  readonly because: readonly string[];
  readonly despite: readonly string[];
}

/** State that differs from the Node objects, with lost packets to match; without a measured path it allows no act. */
const CONFIRMED = 0.97;
const UNMEASURED = 0.5;

/** Below the overlay, or through that of the other address family. */
const besideOverlay: readonly ProbeKind[] = ['underlay', 'mtu', ...ipv6Kinds.map(({ kind }) => kind)];

/** Looks at the overlay's paths between the hosts and the peers that the differences are about. */
export function driftSupport({ evidence }: Facts, drifts: readonly Drift[]): DriftSupport {
  const overlay = measuredPaths(evidence).filter(
    (path) => !besideOverlay.includes(path.kind) && drifts.some((drift) => isBetween(path, drift)),
  );
  const broken = overlay.filter((path) => !path.passed);
  if (broken.length > 0) return { confidence: CONFIRMED, because: broken.map(describePath), despite: [] };
  if (overlay.length === 0)
    return { confidence: UNMEASURED, because: ['no overlay path could be measured there'], despite: [] };
  return { confidence: CONFIRMED, because: [], despite: ['every measured overlay path there passes'] };
}

function isBetween({ from, to }: MeasuredPath, drift: Drift): boolean {
  const about = peerOf(drift);
  const ends = [from, to];
  return ends.includes(drift.host) && (about === undefined || ends.includes(about));
}
