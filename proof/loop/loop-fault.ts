import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertSource, HeldAlert } from '../../core/alert/alert-source.ts';
import { Alert } from '../../core/alert/webhook.ts';
import { type Segment, timeBySegment } from '../../core/incident/segments.ts';
import { checkFleet } from '../../lab/check-fleet.ts';
import type { Fault } from '../../lab/fault.ts';
import type { Fleet } from '../../lab/fleet.ts';
import { type DrilledIncident, isOver, readDrilled } from '../../local/drilled-incident.ts';
import type { Runtime } from '../../local/runtime.ts';
import { nameOf } from '../alerts/fired-alerts.ts';
import { approveAll } from '../drills/approve-all.ts';

/** What one fault went through, from its injection to the end of its alert. */
export interface LoopRow {
  readonly fault: string;
  readonly class: Fault['label']['class'];
  /** `ALERTNAME@NODE` of what Alertmanager sent on, and of what it kept back. */
  readonly sent: readonly string[];
  readonly muted: readonly string[];
  /** How the incident ended, or its phase where it did not. */
  readonly outcome: string;
  readonly segments: readonly Pick<Segment, 'name' | 'seconds'>[];
  /** From the injection to the end of the incident, and of the last alert; null: it did not end. */
  readonly closedAfter: number | null;
  readonly resolvedAfter: number | null;
  /** Lost paths when all was over. */
  readonly broken: readonly string[];
}

export interface LoopParts {
  readonly runtime: Runtime;
  readonly fleet: Fleet;
  readonly alerts: AlertSource;
  readonly signal: AbortSignal;
}

const POLL_MS = 500;
/** Without any factor: an alert that needs a quarter of an hour is not one for a fault. */
const MOST_SECONDS = 900;

/** Breaks the fleet and only watches, and approves what is asked, until the incident is closed and no alert is left. */
export async function loopFault({ runtime, fleet, alerts, signal }: LoopParts, fault: Fault): Promise<LoopRow> {
  const since = Date.now();
  const after = () => (Date.now() - since) / 1_000;
  const sent = new Set<string>();
  const muted = new Set<string>();
  await fleet.inject(fault.name);
  let closedAfter: number | null = null;
  let resolvedAfter: number | null = null;
  // A fault of the hub mutes the alerts of the node that shows it.
  const nodes = [...new Set([fault.alertingNode, fault.label.hostAtFault ?? fault.alertingNode])];
  let incident: DrilledIncident | undefined;
  while (after() < MOST_SECONDS && resolvedAfter === null && !signal.aborted) {
    await sleep(POLL_MS);
    const held = (await alerts.list()).alerts;
    for (const alert of held) (alert.active ? sent : muted).add(nameHeld(alert));
    await approveAll(runtime.services.own.slack);
    const read = await Promise.all(nodes.map((node) => readDrilled(runtime.store, node, since)));
    const opened = read.filter((each) => each !== undefined);
    incident = opened.at(-1);
    const isEnded = opened.length > 0 && opened.every(isOver);
    if (isEnded) closedAfter ??= after();
    if (isEnded && held.length === 0) resolvedAfter = after();
  }
  const working = incident?.working;
  const receipt = working === undefined ? [] : await runtime.store.readReceipt(working.incidentId);
  // Only the loop knows when the fault began: the receipt begins with the alert.
  const firstAt = Math.min(...(incident?.own.alerts ?? []).map(({ startsAt }) => startsAt));
  const segments = timeBySegment(receipt).segments.map(({ name, seconds }) => ({
    name,
    seconds: name === 'detection' && Number.isFinite(firstAt) ? Math.max(0, firstAt - since) / 1_000 : seconds,
  }));
  const { broken } = await checkFleet(fleet);
  return {
    fault: fault.name,
    class: fault.label.class,
    sent: [...sent],
    muted: [...muted],
    outcome: working === undefined ? 'no incident' : (working.outcome ?? working.phase),
    segments,
    closedAfter,
    resolvedAfter,
    broken,
  };
}

/** The name of an alert that Alertmanager holds. Throws for what is no alert. */
export function nameHeld({ raw }: HeldAlert): string {
  return nameOf(Alert.parse(raw).labels);
}
