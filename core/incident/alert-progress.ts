import type { Incident } from './incident.ts';

/** How far an alert has come. `seconds` since it began. */
export interface AlertProgress {
  /** The incident to which the alert belongs. */
  readonly incidentId: string;
  readonly steps: readonly { readonly entryId: string; readonly seconds: number; readonly text: string }[];
  readonly phase: Incident['phase'];
  readonly outcome: Incident['outcome'];
}

/** Undefined: the alert is not of this incident. Steps from before the alert belong to others. `startsAt`: epoch milliseconds. */
export function progressOf(
  incident: Incident,
  alert: { readonly alertname: string; readonly startsAt: number },
): AlertProgress | undefined {
  const { incidentId, alerts, phase, outcome, timeline } = incident;
  const { alertname, startsAt } = alert;
  if (!alerts.some((each) => each.alertname === alertname && each.startsAt === startsAt)) return undefined;
  const steps = (timeline?.lines ?? [])
    .filter(({ at }) => at >= startsAt)
    .map(({ entryId, at, summary }) => ({ entryId, seconds: (at - startsAt) / 1_000, text: summary }));
  return { incidentId, steps, phase, outcome };
}
