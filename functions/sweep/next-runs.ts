import { executionName, type Incident, isAtRest } from '../../core/incident/incident.ts';
import { waitsNoMore } from '../../core/incident/waits-no-more.ts';
import { PAUSE_LIST } from '../../core/safety/pause.ts';
import { startNextRun } from '../dispatch/dispatch.ts';
import type { SweepPorts, SweepSettings } from './sweep.ts';

/** An incident whose executions broke down this many times is handed over to a person. */
const MOST_RUNS = 5;
/** The pause before the next run of such an incident grows with every run, up to this many times `recheckSeconds`. */
const MOST_PAUSES = 12;

/** Starts another run of an open incident whose execution ended, failed or never began. */
export async function restart(
  incident: Incident,
  ports: SweepPorts,
  { startGraceSeconds }: SweepSettings,
): Promise<boolean> {
  if (isAtRest(incident)) return false;
  if (ports.clock() - incident.updatedAt < startGraceSeconds * 1_000) return false;
  const { status, reason } = await ports.engine.describe(executionName(incident));
  if (status === 'running') return false;
  ports.log.warn('execution-gone', { incidentId: incident.incidentId, status, reason });
  if (incident.run >= MOST_RUNS) await handOver(incident, reason ?? status, ports);
  else await startNextRun(incident, ports);
  return true;
}

/** After `MOST_RUNS` broken executions a person is needed, not another attempt. */
async function handOver(incident: Incident, reason: string, { store, clock }: SweepPorts): Promise<void> {
  const at = clock();
  await store.update(incident.incidentId, (current) =>
    current.run === incident.run ? { ...current, phase: 'handed-over', pending: null, updatedAt: at } : undefined,
  );
  await store.appendReceipt({
    incidentId: incident.incidentId,
    entryId: `s.${incident.run}`,
    at,
    event: 'error',
    summary: `handed over to a person: ${MOST_RUNS} executions broke down, the last with: ${reason}`,
    stage: null,
    operationKey: null,
    detail: null,
  });
}

/** A held incident goes on when the one that holds it has ended. That one may not be open yet: its alert is still in the queue. */
export async function resume(
  incident: Incident,
  ports: SweepPorts,
  { startGraceSeconds }: SweepSettings,
): Promise<boolean> {
  if (incident.phase !== 'held' || incident.heldBy === undefined) return false;
  const holder = await ports.store.getLatest(incident.heldBy);
  if (holder !== undefined && holder.shared !== undefined && holder.phase !== 'closed') return false;
  const isYoung = ports.clock() - incident.updatedAt < startGraceSeconds * 1_000;
  if (isYoung && (holder === undefined || holder.openedAt < incident.openedAt)) return false;
  await startNextRun(incident, ports);
  return true;
}

/** One that was handed over gets another run when what it waited for is over, and otherwise after growing pauses. */
export async function recheck(
  incident: Incident,
  ports: SweepPorts,
  { recheckSeconds }: SweepSettings,
): Promise<boolean> {
  if (incident.phase !== 'handed-over') return false;
  if (await waitIsOver(incident, ports)) {
    await startNextRun(incident, ports);
    return true;
  }
  const pauseSeconds = recheckSeconds * Math.min(incident.run, MOST_PAUSES);
  if (ports.clock() - incident.updatedAt < pauseSeconds * 1_000) return false;
  await startNextRun(incident, ports);
  return true;
}

/** A pause may have ended by itself, and a message of a `resume` may have been lost. */
async function waitIsOver(incident: Incident, { safety, clock }: SweepPorts): Promise<boolean> {
  if (incident.waitsFor === undefined) return false;
  const [pauses, breakers] = await Promise.all([
    safety.pauses.get(PAUSE_LIST),
    safety.breakers.get(incident.target.cluster),
  ]);
  return waitsNoMore(incident, pauses, breakers, clock());
}
