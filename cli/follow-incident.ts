import type { IncidentStore } from '../core/incident/incident-store.ts';
import { emptyTimeline, type TimelineLine } from '../core/incident/timeline.ts';
import { pause } from '../local/pause.ts';

interface Pace {
  readonly pauseMs: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/** Says each line of the timeline once, the present ones first, until the incident is closed or gone, or the signal comes. */
export async function followIncident(
  store: Pick<IncidentStore, 'get'>,
  incidentId: string,
  say: (line: TimelineLine) => void,
  { pauseMs, signal }: Pace,
): Promise<void> {
  const said = new Set<string>();
  while (!signal.aborted) {
    const incident = await store.get(incidentId);
    if (incident === undefined) return;
    for (const line of (incident.timeline ?? emptyTimeline).lines) {
      if (!said.has(line.entryId)) say(line);
      said.add(line.entryId);
    }
    if (incident.phase === 'closed') return;
    await pause(pauseMs, signal);
  }
}
