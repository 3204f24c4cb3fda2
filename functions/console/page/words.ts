import type { IncidentLine } from '../../../core/console/incident-line.ts';
import type { WayState } from '../../../core/console/way-state.ts';

/** `12 s`, `3 min`, `5 h`, `2 d`: of a length in milliseconds. */
export function roughly(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

export function ago(at: number, now: number): string {
  return `${roughly(now - at)} ago`;
}

/** What is left until a moment, to the second: `12:03`, `1:00:00`; `over` afterwards. */
export function countdown(until: number, now: number): string {
  const seconds = Math.ceil((until - now) / 1_000);
  if (seconds <= 0) return 'over';
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

const phases: Readonly<Record<IncidentLine['phase'], string>> = {
  opened: 'opened',
  diagnosing: 'is looked at',
  repairing: 'is repaired',
  'awaiting-approval': 'waits for a yes or no',
  verifying: 'is verified',
  'handed-over': 'handed over to a person',
  held: 'held by another incident',
  closed: 'closed',
};

const outcomes: Readonly<Record<NonNullable<IncidentLine['outcome']>, string>> = {
  'self-recovered': 'recovered by itself',
  repaired: 'repaired',
  cancelled: 'cancelled by a person',
  duplicate: 'duplicate',
  'no-target': 'no such node',
};

export function stateWords({ phase, outcome }: Pick<IncidentLine, 'phase' | 'outcome'>): string {
  return outcome === null ? phases[phase] : outcomes[outcome];
}

export const wayWords: Readonly<Record<WayState, string>> = {
  passed: 'pass',
  unmeasured: 'not measured',
  'too-long': 'too long, the sender is told',
  degraded: 'some are lost',
  lost: 'lost',
};

/** Shown beside the colour, so that nobody needs to see it. */
export const waySigns: Readonly<Record<WayState, string>> = {
  passed: '✓',
  unmeasured: '?',
  'too-long': '↕',
  degraded: '~',
  lost: '✕',
};
