import type { Incident } from '../../core/incident/incident.ts';
import { close, handOver, type RunSummary } from './finish.ts';
import { ownIncident } from './own-incident.ts';
import { effect, type OwnIncident, type Run } from './run.ts';

/**
 * There is nothing that could be looked at: no Node of that name, or not our cluster. While an alert fires a person is called.
 * When all are resolved, or after the configured time, the incident ends. An alert that still fires then opens the next one.
 */
export async function endWithoutTarget(
  run: Run,
  incident: Incident,
  { alerts }: OwnIncident,
  why: string,
): Promise<RunSummary> {
  const now = await effect(run, 'clock', async () => run.ports.clock());
  const overdue = now >= incident.openedAt + run.settings.absentTargetHours * 3_600_000;
  const isOver = alerts.length > 0 && alerts.every(({ status }) => status === 'resolved');
  if (!isOver && !overdue) return handOver(run, incident, undefined, why);
  const closing = await close(run, incident, { outcome: 'no-target', why, node: undefined, seen: alerts });
  if (closing.type === 'closed') return closing.summary;
  return endWithoutTarget(run, incident, await ownIncident(run), why);
}
