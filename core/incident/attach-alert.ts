import type { IncidentAlert } from './incident.ts';

/** An item of the table holds 400 KB. An incident keeps the alert that opened it and the newest of the others. */
const MOST_ALERTS = 100;

/** What tells one firing of an alert from another. `startsAt` is epoch milliseconds. */
export type Episode = Pick<IncidentAlert, 'fingerprint' | 'startsAt'>;

export function isSameEpisode(left: Episode, right: Episode): boolean {
  return left.fingerprint === right.fingerprint && left.startsAt === right.startsAt;
}

/** The alerts with this one, in place of what was known of the same episode. */
export function attachAlert(alerts: readonly IncidentAlert[], alert: IncidentAlert): IncidentAlert[] {
  const isKnown = alerts.some((known) => isSameEpisode(known, alert));
  if (isKnown) return alerts.map((known) => (isSameEpisode(known, alert) ? alert : known));
  return [...alerts.slice(0, 1), ...alerts.slice(1).slice(-(MOST_ALERTS - 2)), alert];
}
