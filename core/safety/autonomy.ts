import * as z from 'zod';
import { assertNever } from '../assert-never.ts';
import { FaultClass } from '../fault-class.ts';
import { ladder } from '../ladder.ts';

/** What a stage of a class in a pool may do: only say what it would do, act after approval, or act. */
const autonomyLevels = ['shadow', 'approve', 'auto'] as const;
export type AutonomyLevel = (typeof autonomyLevels)[number];

/**
 * How a decision turned out. In shadow: `right`, `wrong`, or `unneeded` where the node healed by itself. After an act: `healed`
 * or `failed`. `open`: not known yet.
 */
const marks = ['open', 'right', 'wrong', 'unneeded', 'healed', 'failed'] as const;
export type Mark = (typeof marks)[number];

/** The record of one stage against one fault class in one pool. Times are epoch milliseconds. */
export const TrackRecord = z.object({
  cluster: z.string(),
  pool: z.string().describe('empty: nodes without the pool label'),
  class: FaultClass,
  stage: z.enum(ladder),
  level: z.enum(autonomyLevels),
  good: z.int().describe('good outcomes in a row, since the level changed'),
  totals: z.record(z.enum(marks), z.int()),
  decisions: z.array(z.object({ incidentId: z.string(), at: z.int(), cause: z.string(), mark: z.enum(marks) })),
});

export type TrackRecord = z.infer<typeof TrackRecord>;
export type TrackKey = Pick<TrackRecord, 'cluster' | 'pool' | 'class' | 'stage'>;

export interface AutonomySettings {
  /** `shadow`: nothing acts, whatever was earned. */
  readonly mode: 'shadow' | 'act';
  /** Whether levels decide. Otherwise the approval rules of the runbooks do. */
  readonly earned: boolean;
  /** Good outcomes in a row from shadow to approve. */
  readonly toApprove: number;
  /** Good outcomes in a row from approve to auto. */
  readonly toAuto: number;
}

/** What the guards need: the settings, and the level of the stage for this class and pool. */
export interface Autonomy extends Pick<AutonomySettings, 'mode' | 'earned'> {
  readonly level: AutonomyLevel;
}

/** A node that is healthy again within this time without anybody’s help would not have needed the act. */
export const HEALS_BY_ITSELF_MS = 10 * 60_000;

const MOST_DECISIONS = 50;

export function trackKey({ cluster, pool, class: faultClass, stage }: TrackKey): string {
  return [cluster, pool, faultClass, stage].join('/');
}

export function newTrack(key: TrackKey): TrackRecord {
  const { cluster, pool, class: faultClass, stage } = key;
  const totals = { open: 0, right: 0, wrong: 0, unneeded: 0, healed: 0, failed: 0 };
  return { cluster, pool, class: faultClass, stage, level: 'shadow', good: 0, totals, decisions: [] };
}

/** One decision and how it turned out. */
export interface Outcome {
  readonly incidentId: string;
  readonly at: number;
  readonly cause: string;
  readonly mark: Mark;
}

/**
 * The record with one outcome more. Good outcomes in a row raise the level; one bad outcome lowers it. An incident counts once
 * per mark, so that a repetition changes nothing: undefined.
 */
export function withOutcome(
  track: TrackRecord,
  outcome: Outcome,
  settings: Pick<AutonomySettings, 'toApprove' | 'toAuto'>,
): TrackRecord | undefined {
  const { incidentId, mark } = outcome;
  const known = track.decisions.filter((decision) => decision.incidentId === incidentId);
  if (known.some((decision) => decision.mark === mark)) return undefined;
  const wasOpen = known.some((decision) => decision.mark === 'open');
  if (mark === 'open' && known.length > 0) return undefined;
  const decisions = track.decisions.filter(
    (decision) => decision.incidentId !== incidentId || decision.mark !== 'open',
  );
  const open = (track.totals.open ?? 0) - (wasOpen ? 1 : 0);
  const totals = { ...track.totals, open, [mark]: (track.totals[mark] ?? 0) + 1 };
  return {
    ...track,
    ...levelAfter(track, mark, settings),
    totals,
    decisions: [...decisions, { ...outcome }].slice(-MOST_DECISIONS),
  };
}

function levelAfter(
  { level, good }: TrackRecord,
  mark: Mark,
  { toApprove, toAuto }: Pick<AutonomySettings, 'toApprove' | 'toAuto'>,
): Pick<TrackRecord, 'level' | 'good'> {
  switch (mark) {
    case 'open':
    case 'unneeded':
      return { level, good };
    case 'wrong':
    case 'failed':
      return { level: level === 'auto' ? 'approve' : 'shadow', good: 0 };
    case 'right':
    case 'healed':
      if (level === 'shadow' && good + 1 >= toApprove) return { level: 'approve', good: 0 };
      if (level === 'approve' && good + 1 >= toAuto) return { level: 'auto', good: 0 };
      return { level, good: good + 1 };
    default:
      return assertNever(mark);
  }
}

/** What became of a decision that was not carried out, when the node is healthy. */
export interface ShadowEnd {
  readonly decidedAt: number;
  readonly healthyAt: number;
  /** The differences that were blamed for the lost paths are all still there. */
  readonly stillDiffers: boolean;
}

/**
 * Scores a decision of shadow mode against what really happened. `wrong`: the node is healthy although nothing of
 * what was blamed has changed. `unneeded`: it healed before anybody could have helped.
 */
export function scoreShadow({ decidedAt, healthyAt, stillDiffers }: ShadowEnd): 'right' | 'wrong' | 'unneeded' {
  if (stillDiffers) return 'wrong';
  return healthyAt - decidedAt < HEALS_BY_ITSELF_MS ? 'unneeded' : 'right';
}
