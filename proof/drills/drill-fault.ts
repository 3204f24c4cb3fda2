import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry } from '../../core/incident/receipt.ts';
import { checkFleet } from '../../lab/check-fleet.ts';
import type { Fault } from '../../lab/fault.ts';
import type { Fleet } from '../../lab/fleet.ts';
import { startLossProbe } from '../../lab/probe-loss.ts';
import { drillWebhook, postWebhook } from '../../local/drill-webhook.ts';
import { type DrilledIncident, isOver, readDrilled } from '../../local/drilled-incident.ts';
import type { Runtime } from '../../local/runtime.ts';
import { wrongActs } from '../wrong-acts.ts';
import { approveAll } from './approve-all.ts';
import { actsOf, type DrillRow, rungsOf, secondsOf, timeOf } from './drill-row.ts';
import { expectedOutcome } from './expected-outcome.ts';

const POLL_MS = 200;
const MOST_SECONDS = 240;

/** Injects the fault into a healthy fleet, sends the alert, approves every question, and waits for the end of the incident. */
export async function drillFault(runtime: Runtime, fleet: Fleet, fault: Fault, folder: string): Promise<DrillRow> {
  const startedAt = Date.now();
  const probes = {
    healthy: await startLossProbe(fleet, folder, 'pod-cloud-1', 'gpu-2'),
    sick: await startLossProbe(fleet, folder, 'pod-cloud-1', 'gpu-1'),
  };
  await fleet.inject(fault.name);
  await sleep(1_000 * (fault.settleSeconds ?? 0));
  const incidents: (Incident | undefined)[] = [];
  for (const alert of alertsOf(fault)) {
    await postWebhook(runtime, drillWebhook(alert, startedAt, 'firing'));
    incidents.push(await untilAtRest(runtime, alert, startedAt));
  }
  const [incident] = incidents;
  const receipts = incidents.map(async (each) =>
    each === undefined ? [] : await runtime.store.readReceipt(each.incidentId),
  );
  const receipt = (await Promise.all(receipts)).flat();
  const acted = timeOf(receipt, 'plan') ?? Date.now();
  const [lostHealthy, lostSick] = await Promise.all([
    probes.healthy.lostBetween(acted, Date.now()),
    probes.sick.lostBetween(acted, Date.now()),
  ]);
  const { broken } = await checkFleet(fleet);
  const outcome = outcomeOf(incidents, broken);
  const expected = expectedOutcome(fault);
  const rungs = rungsOf(receipt);
  const wrong = wrongActs(fault, actsOf(receipt));
  return {
    fault: fault.name,
    label: fault.label,
    expected,
    outcome,
    asExpected: wrong.length === 0 && isExpected(fault, outcome, receipt),
    wrongActs: wrong,
    rungs,
    seconds: incident === undefined ? { toDiagnosis: null, toRepair: null, toEnd: 0 } : secondsOf(receipt, incident),
    lostHealthy,
    lostSick,
    lastWords: receipt.at(-1)?.summary ?? 'no incident',
  };
}

/** Of two faults at once the second may be beyond repair: then a person is called with the first one mended. */
export function isExpected(fault: Fault, outcome: string, receipt: readonly ReceiptEntry[]): boolean {
  if (fault.orLabel !== undefined) return outcome === 'repaired' || outcome === 'handed-over';
  const right = { healed: 'repaired', 'handed-over': 'handed-over', 'left-alone': 'self-recovered' };
  const expected = expectedOutcome(fault);
  const actedAtAll = receipt.some(({ event }) => event === 'command');
  return outcome === right[expected] && !(expected === 'left-alone' && actedAtAll);
}

/** The fault as each of its nodes' alerts tells it. */
function alertsOf(fault: Fault): readonly Fault[] {
  return [fault, ...(fault.alsoAlerting ?? []).map((alertingNode) => ({ ...fault, alertingNode }))];
}

function outcomeOf(incidents: readonly (Incident | undefined)[], broken: readonly string[]): string {
  const ends = incidents.map((each) => (each === undefined ? 'no end' : (each.outcome ?? each.phase)));
  const said = [...new Set(ends)].join(', ');
  return said === 'repaired' && broken.length > 0 ? `repaired, but lost: ${broken.join(', ')}` : said;
}

/** After the fleet is healthy again: the alert resolves, and the handed-over incident closes. */
export async function resolveDrill(runtime: Runtime, fault: Fault, startedAt: number): Promise<void> {
  for (const alert of alertsOf(fault)) {
    const latest = await runtime.store.getLatest({ cluster: 'lab', node: alert.alertingNode });
    if (latest === undefined || latest.phase === 'closed') continue;
    await postWebhook(runtime, drillWebhook(alert, startedAt, 'resolved'));
    await until(async () => (await runtime.store.get(latest.incidentId))?.phase === 'closed');
  }
}

async function untilAtRest(runtime: Runtime, fault: Fault, since: number): Promise<Incident | undefined> {
  let last: DrilledIncident | undefined;
  const ended = await until(async () => {
    await approveAll(runtime.services.own.slack);
    last = await readDrilled(runtime.store, fault.alertingNode, since);
    return last !== undefined && isOver(last);
  });
  return ended ? last?.working : undefined;
}

async function until(done: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + MOST_SECONDS * 1_000;
  while (Date.now() < deadline) {
    if (await done()) return true;
    await sleep(POLL_MS);
  }
  return false;
}
