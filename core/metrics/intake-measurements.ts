import type { Measurement } from './measurement.ts';

/** What became of one alert of a webhook. `reason`: one of a few words. A cluster that is not ours has no name here. */
export type AlertFate =
  | { readonly type: 'queued' | 'not-queued'; readonly cluster: string }
  | { readonly type: 'refused'; readonly reason: string };

/** Counts what became of the alerts of one webhook. */
export function intakeMeasurements(fates: readonly AlertFate[]): readonly Measurement[] {
  return [...Map.groupBy(fates, (fate) => JSON.stringify(fate)).values()].flatMap((same) =>
    same[0] === undefined ? [] : [measured(same[0], same.length)],
  );
}

function measured(fate: AlertFate, value: number): Measurement {
  if (fate.type === 'refused') return { metric: 'RefusedAlerts', value, by: { Reason: fate.reason } };
  return { metric: fate.type === 'queued' ? 'QueuedAlerts' : 'UnqueuedAlerts', value, by: { Cluster: fate.cluster } };
}
