import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident } from '../core/incident/incident.ts';
import type { ReceiptEntry } from '../core/incident/receipt.ts';
import { checkFleet } from '../lab/check-fleet.ts';
import type { Fault } from '../lab/fault.ts';
import type { Fleet } from '../lab/fleet.ts';
import { drillWebhook, postWebhook } from './drill-webhook.ts';
import { isOver, readDrilled } from './drilled-incident.ts';
import { endEarlierDrill } from './end-earlier-drill.ts';
import { pause } from './pause.ts';
import type { Runtime } from './runtime.ts';

/** What a drill needs of a running Restitch. */
export interface DrilledRuntime extends Pick<Runtime, 'url' | 'webhookUrl' | 'token' | 'store'> {
  readonly services: Pick<Runtime['services'], 'cluster'>;
}

/** One line of the drill's output; `seconds` since its start. */
export interface DrillLine {
  readonly seconds: number;
  readonly text: string;
}

export interface DrillResult {
  readonly healed: boolean;
  readonly why: string;
  readonly incident: Incident | undefined;
  readonly receipt: readonly ReceiptEntry[];
}

const POLL_MS = 100;
const stopped: DrillResult = {
  healed: false,
  why: 'stopped before the incident ended',
  incident: undefined,
  receipt: [],
};

/** Breaks the fleet by one fault, sends the alert that Alertmanager would send, and follows the incident to its end. */
export async function runDrill(
  runtime: DrilledRuntime,
  fleet: Fleet,
  fault: Fault,
  tell: (line: DrillLine) => void,
  signal: AbortSignal,
): Promise<DrillResult> {
  const begin = Date.now();
  const say = (text: string) => tell({ seconds: (Date.now() - begin) / 1_000, text });
  const [earlier] = await endEarlierDrill(runtime, fleet, say, signal);
  if (signal.aborted) return stopped;
  if (earlier !== undefined) return { ...stopped, why: `${earlier.incidentId} of an earlier drill did not end` };
  const startedAt = Date.now();
  const before = await checkFleet(fleet);
  say(
    before.healthy
      ? `${fleet.hosts.length} nodes, every pod path and kubelet answers`
      : `already broken: ${before.broken.join(', ')}`,
  );
  await fleet.inject(fault.name);
  say(`broken: ${fault.name}. ${fault.story}`);
  if (fault.settleSeconds !== undefined) {
    say(`the symptom takes ${fault.settleSeconds} s to show`);
    await pause(1_000 * fault.settleSeconds, signal);
    if (signal.aborted) return stopped;
  }
  // One packet from the node would update the endpoint at the hub and so repair the fault.
  if (fault.label.class !== 'one-way-nat')
    say(`lost: ${(await checkFleet(fleet)).broken.join(', ') || 'no path that this check covers'}`);
  await postWebhook(runtime, drillWebhook(fault, startedAt, 'firing'));
  say(`alert sent to ${runtime.webhookUrl}`);
  const incident = await follow(runtime, fault.alertingNode, startedAt, say, signal);
  if (incident === undefined) return stopped;
  const receipt = await runtime.store.readReceipt(incident.incidentId);
  const after = await checkFleet(fleet);
  say(after.healthy ? 'every pod path and kubelet answers again' : `still lost: ${after.broken.join(', ')}`);
  const node = await runtime.services.cluster.getNode(fault.alertingNode);
  const free = node?.spec.unschedulable !== true && (node?.spec.taints ?? []).length === 0;
  if (!after.healthy) return { healed: false, why: 'the fleet is not healthy', incident, receipt };
  if (!free) return { healed: false, why: `${fault.alertingNode} is still cordoned or tainted`, incident, receipt };
  return { healed: incident.phase === 'closed', why: incident.outcome ?? incident.phase, incident, receipt };
}

/**
 * Prints every new line of the timeline until the node's incident is closed or handed over. While another incident holds it, that
 * one is followed too: it did the work, and is the answer. Undefined: it was stopped before.
 */
async function follow(
  { store, url }: DrilledRuntime,
  node: string,
  since: number,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<Incident | undefined> {
  const told = new Set<string>();
  const tell = ({ incidentId, timeline }: Incident) => {
    for (const { entryId, summary, event } of timeline?.lines ?? []) {
      const line = `${incidentId} ${entryId}`;
      if (told.has(line)) continue;
      told.add(line);
      say(event === 'approval-requested' ? `${summary}: decide at ${url}` : summary);
    }
  };
  for (;;) {
    if (signal.aborted) return undefined;
    const drilled = await readDrilled(store, node, since);
    if (drilled !== undefined) {
      tell(drilled.own);
      tell(drilled.working);
      if (isOver(drilled)) return drilled.working;
    }
    await sleep(POLL_MS);
  }
}
