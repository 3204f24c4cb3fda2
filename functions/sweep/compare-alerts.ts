import type { AlertSource, HeldAlert, HeldAlerts } from '../../core/alert/alert-source.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import { type Episode, isSameEpisode } from '../../core/incident/attach-alert.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { LINGERING_MS } from '../../core/incident/lingering.ts';
import { type DispatchPorts, dispatch } from '../dispatch/dispatch.ts';
import { targetOf } from '../dispatch/target-of.ts';
import { type AlertRules, readAlert } from '../intake/read-alert.ts';

export interface AlertComparison {
  /** Alerts that fire and never reached us. */
  readonly missedAlerts: number;
  /** Alerts of open incidents that Alertmanager no longer has. */
  readonly missedEnds: number;
}

/** A webhook needs this long at most: `group_wait`, the flush, a resend. */
const WEBHOOK_MS = 5 * 60_000;
/** After a start Alertmanager learns its alerts from the Prometheus servers within a few minutes. */
const RELEARN_MS = 15 * 60_000;

/**
 * Compares what Alertmanager has with what we know, and dispatches what a webhook should have brought. An episode that the
 * last incident of its target knows is not missed, even where it still fires: that incident was closed on evidence.
 */
export async function compareAlerts(
  source: AlertSource,
  ports: DispatchPorts,
  rules: AlertRules,
): Promise<AlertComparison> {
  const held = await source.list();
  const open = await ports.store.listOpen();
  return {
    missedAlerts: await takeMissed(held, open, ports, rules),
    missedEnds: await takeEnds(held, open, ports),
  };
}

async function takeMissed(
  { alerts }: HeldAlerts,
  open: readonly Incident[],
  ports: DispatchPorts,
  rules: AlertRules,
): Promise<number> {
  const known = new Set(open.flatMap((incident) => incident.alerts).map(keyOf));
  const now = ports.clock();
  let missed = 0;
  for (const [index, held] of alerts.entries()) {
    if (!held.active || known.has(keyOf(held)) || now - held.startsAt < WEBHOOK_MS) continue;
    if (await takeOne(held, index, now, ports, rules)) missed += 1;
  }
  return missed;
}

async function takeOne(
  held: HeldAlert,
  index: number,
  now: number,
  ports: DispatchPorts,
  rules: AlertRules,
): Promise<boolean> {
  const reading = readAlert(held.raw, index, rules, now);
  if (reading.type === 'refused') return false;
  const { item } = reading;
  const latest = await ports.store.getLatest(await targetOf(item.target, LINGERING_MS, ports));
  if (latest?.alerts.some((alert) => isSameEpisode(alert, item)) === true) return false;
  ports.log.warn('alert-missed', { ...item.target, fingerprint: item.fingerprint, startsAt: item.startsAt });
  const outcome = await dispatch(item, ports);
  return outcome === 'opened' || outcome === 'attached';
}

async function takeEnds(
  { alerts, upSince }: HeldAlerts,
  open: readonly Incident[],
  ports: DispatchPorts,
): Promise<number> {
  const now = ports.clock();
  if (now - upSince < RELEARN_MS) return 0;
  const held = new Set(alerts.map(keyOf));
  let ended = 0;
  for (const { target, hypothesis, alerts: ours } of open) {
    for (const alert of ours) {
      if (alert.status === 'resolved' || held.has(keyOf(alert)) || now - alert.lastSeenAt < WEBHOOK_MS) continue;
      const { fingerprint, startsAt, alertname, summary } = alert;
      ports.log.warn('alert-end-missed', { ...target, fingerprint, startsAt });
      const item: WorkItem = {
        schema: 'restitch/work-item/1',
        ...{ target, fingerprint, startsAt, alertname, summary, hypothesis },
        status: 'resolved',
        severity: null,
        receivedAt: now,
      };
      if ((await dispatch(item, ports)) === 'attached') ended += 1;
    }
  }
  return ended;
}

function keyOf({ fingerprint, startsAt }: Episode): string {
  return `${fingerprint}/${startsAt}`;
}
