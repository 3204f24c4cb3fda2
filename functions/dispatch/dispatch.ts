import { type Target, targetKey } from '../../core/alert/target.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import { attachAlert, isSameEpisode } from '../../core/incident/attach-alert.ts';
import type { ExecutionStarter } from '../../core/incident/execution-engine.ts';
import { executionName, type Incident, type IncidentAlert, isAtRest } from '../../core/incident/incident.ts';
import { incidentIdFor } from '../../core/incident/incident-id.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import { LINGERING_MS } from '../../core/incident/lingering.ts';
import type { NodeDirectory } from '../../core/incident/node-directory.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import type { Log } from '../../core/log.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { CallbackResult } from '../../core/safety/approval.ts';
import { targetOf } from './target-of.ts';

export interface DispatchPorts {
  readonly store: IncidentStore;
  readonly directory: NodeDirectory;
  readonly engine: ExecutionStarter;
  readonly clock: () => number;
  readonly log: Log;
}

export type DispatchOutcome = 'opened' | 'attached' | 'unchanged' | 'nothing-open' | 'already-closed';

/** An incident may be closed while an alert is added to it. Then the alert is dispatched again and opens the next one. */
const MOST_TURNS = 3;

/** What `startNextRun` needs. */
export type RunStarter = Pick<DispatchPorts, 'store' | 'engine' | 'clock'>;

/**
 * Adds one alert to the open incident of its target, or opens one. The list of alerts in the record is written after the
 * signal, and writing the receipt and starting the execution are idempotent. So a redelivery completes what a crash left undone,
 * and the same alert from a second Alertmanager changes nothing.
 */
export async function dispatch(item: WorkItem, ports: DispatchPorts): Promise<DispatchOutcome> {
  if (item.wake !== undefined) return wake(item.target, item.wake.run, ports);
  for (let turn = 1; turn <= MOST_TURNS; turn++) {
    const target = await targetOf(item.target, LINGERING_MS, ports);
    const { outcome, incidentId } = await apply(item, target, ports);
    const { fingerprint, status } = item;
    ports.log.info('alert-dispatched', { ...target, fingerprint, status, outcome, incidentId });
    if (outcome !== 'closed-meanwhile') return outcome;
  }
  throw new RestitchError(
    'store',
    `incidents of ${targetKey(item.target)} were closed in each of ${MOST_TURNS} attempts to add the alert`,
    {
      retryable: true,
    },
  );
}

/** The run that waited is followed by one other, however often this is delivered. */
async function wake(target: Target, run: number, ports: DispatchPorts): Promise<DispatchOutcome> {
  const latest = await ports.store.getLatest(target);
  if (latest?.phase !== 'handed-over' || latest.run !== run) return 'unchanged';
  ports.log.info('incident-woken', { ...target, incidentId: latest.incidentId, waitsFor: latest.waitsFor });
  await startNextRun(latest, ports);
  return 'attached';
}

interface Applied {
  readonly outcome: DispatchOutcome | 'closed-meanwhile';
  readonly incidentId: string | null;
}

async function apply(item: WorkItem, target: Target, ports: DispatchPorts): Promise<Applied> {
  const latest = await ports.store.getLatest(target);
  if (latest === undefined || latest.phase === 'closed') {
    const incidentId = latest?.incidentId ?? null;
    if (item.status === 'resolved') return { outcome: 'nothing-open', incidentId };
    if (latest !== undefined && wasHandled(item, latest)) return { outcome: 'already-closed', incidentId };
  }
  const { opened, incident } = await ports.store.openOrGet(
    target,
    (sequence) => newIncident(item, target, sequence, ports),
    (first) => entryOf(first, item, first.openedAt),
  );
  const { incidentId } = incident;
  const isNews = !incident.alerts.some((alert) => isSameEpisode(alert, item) && alert.status === item.status);
  const current = isNews ? await join(incident, item, ports) : incident;
  if (current.phase === 'closed') return { outcome: 'closed-meanwhile', incidentId };
  if (!isOnRecord(current, item)) await ports.store.appendReceipt(entryOf(current, item, ports.clock()));
  // An incident at rest has no execution: a signal or the sweep starts its next run.
  if (!isAtRest(current)) {
    await ports.engine.start(executionName(current), { incidentId, run: current.run });
  }
  if (opened) return { outcome: 'opened', incidentId };
  return { outcome: isNews ? 'attached' : 'unchanged', incidentId };
}

/** True for a late redelivery and for an alert that still fires: the closed incident was about the same episode. */
function wasHandled(item: WorkItem, { alerts, closedAt }: Incident): boolean {
  const lingering = closedAt === null || item.receivedAt <= closedAt + LINGERING_MS;
  return lingering && alerts.some((alert) => isSameEpisode(alert, item));
}

async function join(incident: Incident, item: WorkItem, ports: DispatchPorts): Promise<Incident> {
  await signal(incident, item, ports);
  const updated = await ports.store.update(incident.incidentId, (current) =>
    current.phase === 'closed'
      ? undefined
      : {
          ...current,
          ...sharedFault(item),
          alerts: attachAlert(current.alerts, toAlert(item)),
          ...(goesOn(incident, current) ? nextRun(current) : {}),
          updatedAt: ports.clock(),
        },
  );
  return updated ?? incident;
}

function newIncident(item: WorkItem, target: Target, sequence: number, { clock }: DispatchPorts): Incident {
  const now = clock();
  return {
    incidentId: incidentIdFor(target, sequence, now),
    target,
    sequence,
    version: 1,
    run: 1,
    phase: 'opened',
    outcome: null,
    hypothesis: item.hypothesis,
    diagnosis: null,
    alerts: [toAlert(item)],
    tried: [],
    ...sharedFault(item),
    openedAt: now,
    updatedAt: now,
    closedAt: null,
    pending: null,
    claimed: false,
  };
}

function sharedFault({ shared, seenFrom }: WorkItem): Pick<Incident, 'shared' | 'seenFrom'> {
  return shared === undefined || seenFrom === undefined ? {} : { shared, seenFrom };
}

function toAlert({ fingerprint, startsAt, status, alertname, summary, receivedAt }: WorkItem): IncidentAlert {
  return { fingerprint, startsAt, status, alertname, summary, lastSeenAt: receivedAt };
}

/** An alert is news for an incident that was handed over. It is written with its next run, which must not begin without it. */
function goesOn({ phase, run }: Incident, current: Incident): boolean {
  return phase === 'handed-over' && current.run === run;
}

function nextRun({ run }: Incident): Pick<Incident, 'run' | 'phase'> {
  return { run: run + 1, phase: 'diagnosing' };
}

/** Completes the callback of a waiting execution; wakes what holds a node that recovered. */
async function signal(incident: Incident, item: WorkItem, ports: DispatchPorts): Promise<void> {
  const result: CallbackResult = {
    type: 'signal',
    signal: item.status === 'resolved' ? 'alert-resolved' : 'alert-firing',
    at: ports.clock(),
  };
  if (incident.pending !== null) await ports.engine.completeCallback(incident.pending.callbackId, result);
  if (incident.phase === 'held' && item.status === 'resolved') await lookAgain(incident, ports);
}

/** A node that recovered is news for the incident that holds it: that one may be over too. */
async function lookAgain({ heldBy }: Incident, ports: DispatchPorts): Promise<void> {
  const holder = heldBy === undefined ? undefined : await ports.store.getLatest(heldBy);
  if (holder?.phase === 'handed-over') await startNextRun(holder, ports);
}

/** Starts the next execution of an incident that has none. Of two callers at the same time only one starts it. */
export async function startNextRun(incident: Incident, ports: RunStarter): Promise<void> {
  const updated = await ports.store.update(incident.incidentId, (current) =>
    current.run === incident.run && current.phase !== 'closed'
      ? { ...current, ...nextRun(current), updatedAt: ports.clock() }
      : undefined,
  );
  if (updated === undefined || updated.phase === 'closed') return;
  await ports.engine.start(executionName(updated), { incidentId: updated.incidentId, run: updated.run });
}

/** The entry of an alert is written before its line, or with it. */
function isOnRecord({ timeline }: Incident, item: WorkItem): boolean {
  return timeline?.lines.some(({ entryId }) => entryId === entryIdOf(item)) === true;
}

function entryIdOf({ fingerprint, startsAt, status }: WorkItem): string {
  return `d.${fingerprint}.${startsAt}.${status}`;
}

/** `at`: epoch milliseconds. */
function entryOf(incident: Incident, item: WorkItem, at: number): ReceiptEntry {
  const [opener] = incident.alerts;
  const isOpener = opener !== undefined && isSameEpisode(opener, item) && item.status === 'firing';
  return {
    incidentId: incident.incidentId,
    entryId: entryIdOf(item),
    at,
    event: isOpener ? 'opened' : 'alert-attached',
    summary: isOpener
      ? `opened by ${item.alertname}, first guess ${item.hypothesis}`
      : `${item.alertname} is ${item.status}`,
    stage: null,
    operationKey: null,
    detail: detailOf(item),
  };
}

/** As JSON: a field that is absent is left out. */
function detailOf({ shared, seenFrom, wake: _, ...item }: WorkItem): ReceiptEntry['detail'] {
  return shared === undefined ? item : { ...item, shared, seenFrom: seenFrom ?? null };
}
