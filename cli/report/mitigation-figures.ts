import { mitigationSeconds } from '../../core/incident/mitigation-seconds.ts';
import { type SegmentName, segmentNames, timeBySegment } from '../../core/incident/segments.ts';
import type { Case } from './case.ts';
import { type Spread, spreadOf } from './spread.ts';

/** `why`: what keeps the segment from being known, where no receipt tells it. */
export interface SegmentFigures extends Spread {
  readonly name: SegmentName | 'at rest';
  readonly why: string | null;
}

/** Of the repaired incidents: the time from the alert to the end of the verification, and what it went to. */
export interface MitigationFigures {
  readonly incidents: number;
  readonly inAll: Spread;
  readonly segments: readonly SegmentFigures[];
}

export function mitigationFigures(cases: readonly Case[]): MitigationFigures {
  const repaired = cases.filter(({ incident }) => incident.outcome === 'repaired');
  const times = repaired.map(({ receipt }) => timeBySegment(receipt));
  const segments = segmentNames.map((name): SegmentFigures => {
    const of = times.flatMap((time) => time.segments.find((segment) => segment.name === name) ?? []);
    const spread = spreadOf(of.flatMap(({ seconds }) => seconds ?? []));
    return { name, ...spread, why: spread.count > 0 ? null : (of[0]?.why ?? null) };
  });
  const atRest = spreadOf(times.map(({ atRestSeconds }) => atRestSeconds));
  return {
    incidents: repaired.length,
    inAll: spreadOf(repaired.flatMap(({ incident }) => mitigationSeconds(incident) ?? [])),
    segments: [...segments, { name: 'at rest', ...atRest, why: null }],
  };
}
