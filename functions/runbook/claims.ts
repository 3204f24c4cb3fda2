import type { Incident } from '../../core/incident/incident.ts';
import { withoutClaim } from '../../core/incident/without-claim.ts';
import type { ClaimOutcome } from '../../core/safety/cluster.ts';
import {
  type Claim,
  type ClaimHolder,
  isHeldBy,
  operatorUncordoned,
  readClaim,
  takenBackReason,
} from '../../core/safety/node-claim.ts';
import type { PauseSubject } from '../../core/safety/pause.ts';
import { freeCapacity } from '../../core/safety/reserve-capacity.ts';
import { pausedNow } from './paused-now.ts';
import { effect, type Run, record } from './run.ts';

/** How long a claim and its slot in the budget last, unless they are given back before. */
export function claimMs(run: Run): number {
  return run.settings.claimHours * 3_600_000;
}

/** The incident of this deployment as the holder of a claim. */
export function holderOf(run: Run): ClaimHolder {
  return { incidentId: run.input.incidentId, stackId: run.settings.stackId };
}

export interface WantedClaim {
  readonly node: string;
  /** The Node object that was looked at: another one of the same name is not claimed. */
  readonly nodeUid: string | undefined;
  readonly level: Claim['level'];
  readonly operationKey: string;
  /** Which pauses stop it. */
  readonly concerns: PauseSubject;
}

/**
 * Cordons and taints the node for this incident. `claimed` is stored first: after a crash in between, the claim is still
 * released. The API server may throttle for minutes: a pause that began meanwhile counts.
 */
export async function claimNode(
  run: Run,
  incident: Incident,
  { node, nodeUid, level, operationKey, concerns }: WantedClaim,
): Promise<ClaimOutcome> {
  const outcome = await effect(run, `claim ${level}`, async () => {
    const { store, cluster, clock } = run.ports;
    const paused = await pausedNow(run, concerns);
    if (paused !== undefined) return { type: 'refused' as const, reason: paused };
    await store.update(incident.incidentId, (current) => ({ ...current, claimed: true }));
    const placedAt = clock();
    const claim: Claim = {
      owner: 'restitch',
      stackId: run.settings.stackId,
      ...(nodeUid === undefined ? {} : { nodeUid }),
      incidentId: incident.incidentId,
      operationKey,
      level,
      before: { unschedulable: false },
      placedAt,
      expiresAt: placedAt + claimMs(run),
    };
    return cluster.placeClaim(node, claim, placedAt);
  });
  const said =
    outcome.type === 'refused' ? `claim refused: ${outcome.reason}` : `${node} is cordoned and tainted (${level})`;
  if (outcome.type !== 'unchanged')
    await record(run, { event: 'claimed', summary: said, operationKey, detail: outcome });
  return outcome;
}

/**
 * Gives back what a repair took: its claim on the node, then its slots in the budget. A quarantined node keeps both, because
 * it stays out of service. A claim whose cordon a person lifted stays as well: the next look finds it and ends the incident. So does the
 * claim of an incident that a person has taken over: they work on the node.
 */
export async function giveBack(run: Run, incident: Incident, node: string): Promise<void> {
  const held = await effect(run, 'read claim', async () => {
    const { cluster, store } = run.ports;
    const object = await cluster.getNode(node);
    const reading = object === undefined ? undefined : readClaim(object);
    if (object === undefined || reading?.type !== 'ours' || !isHeldBy(reading.claim, holderOf(run))) return 'nothing';
    if (operatorUncordoned(object, holderOf(run))) return 'taken-back';
    if (reading.claim.level !== 'repairing') return reading.claim.level;
    return (await store.get(incident.incidentId))?.handsOff?.why === 'taken-over' ? 'taken-over' : 'repairing';
  });
  if (held === 'repairing') await releaseNode(run, incident, node, { keepGate: true });
  await freeSlots(run, incident, held === 'quarantined' ? [node] : []);
}

/** Ends health gating where the network works again and the incident goes on: a person is needed for something else. */
export async function endGate(run: Run, incident: Incident, node: string): Promise<void> {
  const isGated = await effect(run, 'read gate', async () => {
    const object = await run.ports.cluster.getNode(node);
    const reading = object === undefined ? undefined : readClaim(object);
    return reading?.type === 'ours' && isHeldBy(reading.claim, holderOf(run)) && reading.claim.level === 'gated';
  });
  if (isGated) await releaseNode(run, incident, node);
}

/** Frees the incident's slots in the disruption budget, except those of `keep`. */
export function freeSlots(run: Run, { incidentId }: Incident, keep: readonly string[] = []): Promise<void> {
  return effect(run, 'free capacity', () => freeCapacity(run.ports.capacity, incidentId, keep));
}

/**
 * Releases the node: undoes what our claim did, and nothing that anybody else did. Where a person lifted the cordon, the node
 * is left alone for the cool-off, also by the incidents that follow. `keepGate`: a node that was gated before stays gated.
 */
export async function releaseNode(
  run: Run,
  incident: Incident,
  node: string,
  { keepGate = false }: { readonly keepGate?: boolean } = {},
): Promise<void> {
  const outcome = await effect(run, 'release claim', async () => {
    await holdIfTakenBack(run, incident, node);
    return run.ports.cluster.releaseClaim(node, { ...holderOf(run), keepGate });
  });
  const said = {
    released: `${node} is given back`,
    gated: `${node} is uncordoned, and stays tainted until its network is healthy`,
    nothing: `${node} carries no claim`,
    'not-ours': `${node} is not ours to release`,
  }[outcome.type];
  await record(run, { event: 'released', summary: said, detail: outcome }, (current) =>
    outcome.type === 'gated' ? current : withoutClaim(current),
  );
}

async function holdIfTakenBack(run: Run, incident: Incident, node: string): Promise<void> {
  const { ports, settings } = run;
  const object = await ports.cluster.getNode(node);
  if (object === undefined || !operatorUncordoned(object, holderOf(run))) return;
  const { incidentId, target } = incident;
  const reason = takenBackReason(object);
  const until = ports.clock() + settings.coolOffSeconds * 1_000;
  await ports.holds.put({ cluster: target.cluster, node }, { until, reason, incidentId });
}
