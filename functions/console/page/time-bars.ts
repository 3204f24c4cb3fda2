import type { TimeBySegment } from '../../../core/incident/segments.ts';

/** One line of the chart. `from` and `to`: percent of the time that is known; null: the receipt does not say how long. */
export interface TimeBar {
  readonly name: string;
  readonly seconds: number | null;
  readonly from: number;
  readonly to: number;
  readonly note: string;
}

/**
 * The segments one after the other, and last what lay with a person or with another incident. `askedSeconds`: for how long an open
 * question has waited, which no entry tells yet.
 */
export function timeBars({ segments, atRestSeconds }: TimeBySegment, askedSeconds = 0): readonly TimeBar[] {
  const all = [
    ...segments.map(({ name, seconds, why }) => ({
      name: String(name),
      seconds: name === 'approval' && seconds !== null ? seconds + askedSeconds : seconds,
      note: why ?? '',
    })),
    ...(atRestSeconds > 0
      ? [{ name: 'at rest', seconds: atRestSeconds, note: 'with a person, or held by another incident' }]
      : []),
  ];
  const total = all.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) || 1;
  let before = 0;
  return all.map(({ name, seconds, note }) => {
    const from = (100 * before) / total;
    before += seconds ?? 0;
    return { name, seconds, from, to: (100 * before) / total, note };
  });
}

/** What stands beside a bar. An open incident may still come to what took no time so far. */
export function secondsWords(seconds: number | null, isOpen: boolean): string {
  if (seconds === null) return 'unknown';
  if (seconds > 0) return lengthWords(seconds);
  return isOpen ? 'not yet' : 'none';
}

/** `0.4 s`, `2 min 5 s`. */
export function lengthWords(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.round((whole % 3_600) / 60)} min`;
}
