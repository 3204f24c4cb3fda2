import type { SyntheticAlert } from '../core/alert/synthetic-alert.ts';
import type { Target } from '../core/alert/target.ts';
import { type AlertProgress, progressOf } from '../core/incident/alert-progress.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';

export interface FollowPorts {
  readonly store: Pick<IncidentStore, 'get' | 'getLatest'>;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Entries of the receipt that were said already. */
  readonly said: Set<string>;
}

const PAUSE_MS = 1_000;

/** Says each step once, until `isOver`. Undefined: the alert was not seen. */
export async function followAlert(
  { store, sleep, said }: FollowPorts,
  target: Target,
  { labels, startsAt }: SyntheticAlert,
  isOver: (progress: AlertProgress | undefined) => boolean,
  say: (seconds: number, text: string) => void,
): Promise<AlertProgress | undefined> {
  const alert = { alertname: labels['alertname'] ?? '', startsAt };
  let progress: AlertProgress | undefined;
  for (;;) {
    const incident = progress === undefined ? await store.getLatest(target) : await store.get(progress.incidentId);
    progress = (incident === undefined ? undefined : progressOf(incident, alert)) ?? progress;
    for (const { entryId, seconds, text } of progress?.steps ?? []) {
      if (!said.has(entryId)) say(seconds, text);
      said.add(entryId);
    }
    if (isOver(progress)) return progress;
    await sleep(PAUSE_MS);
  }
}
