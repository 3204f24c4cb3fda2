import type { WorkItem } from '../../core/alert/work-item.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import { executionName, type Incident, type IncidentAlert } from '../../core/incident/incident.ts';
import { incidentIdFor } from '../../core/incident/incident-id.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { Log } from '../../core/log.ts';
import type { CallbackResult } from '../../core/safety/approval.ts';

export interface DispatchPorts {
  readonly store: IncidentStore;
  readonly engine: ExecutionEngine;
  readonly clock: () => number;
  readonly log: Log;
}

export type DispatchOutcome = 'opened' | 'attached' | 'unchanged' | 'nothing-open' | 'already-closed';

/**
 * One alert becomes part of the one open incident of its target, or opens it. Every effect may be repeated: a crash
 * between record and start is completed by the redelivery, and the copy of a second Alertmanager changes nothing.
 */
export async function dispatch(item: WorkItem, ports: DispatchPorts): Promise<DispatchOutcome> {
  const outcome = await apply(item, ports);
  const { target, fingerprint, status } = item;
  ports.log.info('alert-dispatched', { ...target, fingerprint, status, outcome });
  return outcome;
}

async function apply(item: WorkItem, ports: DispatchPorts): Promise<DispatchOutcome> {
  const latest = await ports.store.getLatest(item.target);
  if (latest === undefined || latest.phase === 'closed') {
    if (item.status === 'resolved') return 'nothing-open';
    if (latest?.alerts.some((alert) => isSameEpisode(alert, item))) return 'already-closed';
  }
  const { opened, incident } = await ports.store.openOrGet(item.target, (sequence) =>
    newIncident(item, sequence, ports),
  );
  if (opened)
    await receipt(ports, incident, item, 'opened', `opened by ${item.alertname}, first guess ${item.hypothesis}`);
  const known = incident.alerts.find((alert) => isSameEpisode(alert, item));
  const current = known?.status === item.status ? incident : await attach(incident, item, ports);
  await ports.engine.start(executionName(current), { incidentId: current.incidentId, run: current.run });
  if (opened) return 'opened';
  if (known?.status === item.status) return 'unchanged';
  await signal(current, item, ports);
  return 'attached';
}

function isSameEpisode(alert: IncidentAlert, item: WorkItem): boolean {
  return alert.fingerprint === item.fingerprint && alert.startsAt === item.startsAt;
}

function newIncident(item: WorkItem, sequence: number, { clock }: DispatchPorts): Incident {
  const now = clock();
  return {
    incidentId: incidentIdFor(item.target, sequence),
    target: item.target,
    sequence,
    version: 1,
    run: 1,
    phase: 'opened',
    outcome: null,
    hypothesis: item.hypothesis,
    diagnosis: null,
    alerts: [toAlert(item)],
    tried: [],
    openedAt: now,
    updatedAt: now,
    closedAt: null,
    pending: null,
    claimed: false,
    notice: null,
  };
}

function toAlert({ fingerprint, startsAt, status, alertname, summary, receivedAt }: WorkItem): IncidentAlert {
  return { fingerprint, startsAt, status, alertname, summary, lastSeenAt: receivedAt };
}

async function attach(incident: Incident, item: WorkItem, ports: DispatchPorts): Promise<Incident> {
  const updated = await ports.store.update(incident.incidentId, (current) => ({
    ...current,
    alerts: [...current.alerts.filter((alert) => !isSameEpisode(alert, item)), toAlert(item)],
    updatedAt: ports.clock(),
  }));
  await receipt(ports, incident, item, 'alert-attached', `${item.alertname} is ${item.status}`);
  return updated ?? incident;
}

/** Tells the work that something changed: the waiting execution by its callback, an incident at rest by a new run. */
async function signal(incident: Incident, item: WorkItem, ports: DispatchPorts): Promise<void> {
  const result: CallbackResult = {
    type: 'signal',
    signal: item.status === 'resolved' ? 'alert-resolved' : 'alert-firing',
    at: ports.clock(),
  };
  if (incident.pending !== null) await ports.engine.completeCallback(incident.pending.callbackId, result);
  if (incident.phase === 'handed-over') await startNextRun(incident, ports);
}

/** A further execution of an incident that is at rest, or whose execution is gone. Two callers start one. */
export async function startNextRun(incident: Incident, ports: DispatchPorts): Promise<void> {
  const updated = await ports.store.update(incident.incidentId, (current) =>
    current.run === incident.run && current.phase !== 'closed'
      ? { ...current, run: current.run + 1, phase: 'diagnosing', updatedAt: ports.clock() }
      : undefined,
  );
  if (updated === undefined || updated.phase === 'closed') return;
  await ports.engine.start(executionName(updated), { incidentId: updated.incidentId, run: updated.run });
}

function receipt(
  ports: DispatchPorts,
  incident: Incident,
  item: WorkItem,
  event: 'opened' | 'alert-attached',
  summary: string,
): Promise<void> {
  return ports.store.appendReceipt({
    incidentId: incident.incidentId,
    entryId: `d.${item.fingerprint}.${item.startsAt}.${item.status}`,
    at: ports.clock(),
    event,
    summary,
    stage: null,
    operationKey: null,
    detail: item,
  });
}
