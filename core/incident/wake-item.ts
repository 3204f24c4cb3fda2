import type { WorkItem } from '../alert/work-item.ts';
import type { Incident } from './incident.ts';

/**
 * What makes dispatch start the next run of an incident at rest. It carries the alert that opened the incident, and is no news
 * of it. `now`: epoch milliseconds. Undefined: the incident has no alert.
 */
export function wakeItem({ target, hypothesis, alerts, run }: Incident, now: number): WorkItem | undefined {
  const [opener] = alerts;
  if (opener === undefined) return undefined;
  const { fingerprint, status, startsAt, alertname, summary } = opener;
  return {
    schema: 'restitch/work-item/1',
    ...{ target, fingerprint, status, startsAt, alertname, summary, hypothesis },
    severity: null,
    receivedAt: now,
    wake: { run },
  };
}
