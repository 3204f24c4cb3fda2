import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { CapacitySlot } from '../../core/safety/disruption-budget.ts';
import { type GateObjection, type GateSnapshot, isGateDue, judgeGate } from '../../core/safety/health-gate.ts';
import { describeHold } from '../../core/safety/operator-hold.ts';
import { PAUSE_LIST, type PauseList } from '../../core/safety/pause.ts';
import { freeEndedGates } from './free-ended-gates.ts';
import type { GatePorts, GateSettings, SickIncident } from './gate-ports.ts';
import { noteGate } from './note-gate.ts';
import { placeGate } from './place-gate.ts';
import { respectRemoval } from './respect-removal.ts';

/** What stands for the whole pass, read once. */
interface View {
  readonly nodes: readonly NodeObject[];
  readonly pauses: PauseList | undefined;
}

/**
 * Health gating: taints the nodes whose network is sick for the configured time, whatever their incidents wait for, and frees the
 * capacity of those that were given back. Only one pass is at work at a time, and nothing else places such a claim. Returns how
 * many nodes were tainted. A failure with one node is logged, and the others go on.
 */
export async function gateSickNodes(ports: GatePorts, settings: GateSettings): Promise<number> {
  return (await prepareGate(ports, settings))();
}

/** The same in two steps, for a caller that lists the nodes in between: what was gated is read before them. */
export async function prepareGate(ports: GatePorts, settings: GateSettings): Promise<() => Promise<number>> {
  const gated = (await openOfOneNode(ports)).filter(({ gatedAt }) => gatedAt !== undefined);
  const slots = await ports.capacity.read();
  return () => gateAll(ports, settings, gated, slots);
}

async function openOfOneNode({ store }: GatePorts): Promise<readonly Incident[]> {
  return (await store.listOpen()).filter(({ shared }) => shared === undefined);
}

async function gateAll(
  ports: GatePorts,
  settings: GateSettings,
  gated: readonly Incident[],
  slots: readonly CapacitySlot[],
): Promise<number> {
  const { cluster, safety, clock, log } = ports;
  const open = await openOfOneNode(ports);
  const due = open.filter((incident): incident is SickIncident => isDue(incident, settings, clock()));
  if (due.length === 0 && gated.length === 0 && slots.every((slot) => slot.gate !== true)) return 0;
  const view: View = { nodes: await cluster.listNodes(), pauses: await safety.pauses.get(PAUSE_LIST) };
  await freeEndedGates(ports, settings.stackId, view.nodes, slots);
  const guarded = async ({ incidentId }: Incident, body: () => Promise<void>) => {
    try {
      await body();
    } catch (error) {
      log.error('sweep-item-failed', { part: 'gate', incidentId, reason: String(error) });
    }
  };
  for (const incident of gated) await guarded(incident, () => respectRemoval(ports, settings, view.nodes, incident));
  let count = 0;
  // Where the budget is short, the longest sick node comes first.
  for (const incident of due.toSorted((one, other) => one.sick.since - other.sick.since))
    await guarded(incident, async () => {
      if (await gate(ports, settings, view, incident)) count += 1;
    });
  return count;
}

function isDue({ sick, gatedAt, alerts }: Incident, { afterSeconds }: GateSettings, now: number): boolean {
  // Where every alert is resolved, the look that follows decides.
  const isOver = alerts.length > 0 && alerts.every(({ status }) => status === 'resolved');
  return gatedAt === undefined && !isOver && isGateDue(sick, afterSeconds, now);
}

/** True: the node is tainted now. What keeps it from that is recorded once for each guard. */
async function gate(ports: GatePorts, settings: GateSettings, view: View, incident: SickIncident): Promise<boolean> {
  const { node } = incident.target;
  const slots = await ports.capacity.read();
  const objection =
    judgeGate(await snapshotOf(ports, settings, view, incident, slots)) ?? (await heldByPerson(ports, incident));
  if (objection !== undefined) {
    const { guard, reason, inputs } = objection;
    const detail = { decisions: [{ guard, verdict: { type: 'wait', reason }, inputs }] };
    const summary = `${node} is not tainted: ${reason}`;
    await noteGate(ports, incident, guard, { event: 'guard', summary, detail: JSON.parse(JSON.stringify(detail)) });
    return false;
  }
  const minutes = Math.floor((ports.clock() - incident.sick.since) / 60_000);
  const why = `its network is sick for ${minutes} min`;
  if (settings.mode === 'act') return placeGate(ports, settings, view.nodes, incident, why);
  const summary = `shadow: would taint ${node} now, and does not: ${why}`;
  await noteGate(ports, incident, 'shadow', { event: 'shadow', summary });
  return false;
}

async function snapshotOf(
  { safety, clock }: GatePorts,
  { labels, budgets, breaker }: GateSettings,
  { nodes, pauses }: View,
  { incidentId, target: { cluster, node }, diagnosis, hypothesis, sick, handsOff }: SickIncident,
  slots: readonly CapacitySlot[],
): Promise<GateSnapshot> {
  return {
    ...{ incidentId, cluster, node, sick, handsOff, slots, pauses },
    faultClass: diagnosis ?? hypothesis,
    capacity: { nodes, labels, budgets },
    breakers: await safety.breakers.get(cluster),
    breakerLimits: breaker,
    now: clock(),
  };
}

async function heldByPerson({ holds, clock }: GatePorts, { target }: Incident): Promise<GateObjection | undefined> {
  const hold = await holds.get(target);
  const now = clock();
  if (hold === undefined || hold.until <= now) return undefined;
  return { guard: 'person', reason: describeHold(hold, now), inputs: { hold } };
}
