import type { Incident } from './incident.ts';

/**
 * Of an incident that was repaired: from the first alert to the end of the verification. Undefined: it ended otherwise, is open, or its
 * record does not say when it began.
 */
export function mitigationSeconds({
  alerts,
  closedAt,
  outcome,
}: Pick<Incident, 'alerts' | 'closedAt' | 'outcome'>): number | undefined {
  const [opener] = alerts;
  if (outcome !== 'repaired' || opener === undefined || closedAt === null) return undefined;
  return Math.max(0, closedAt - opener.startsAt) / 1_000;
}
