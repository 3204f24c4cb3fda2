import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { Target } from '../../core/alert/target.ts';
import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { operatorUncordoned } from '../../core/safety/node-claim.ts';
import { type Attempt, abandon, judge, leavesUnderWay, leaveToTimer, withdraw } from './attempt.ts';
import { awaitControlPlane } from './await-control-plane.ts';
import { holderOf } from './claims.ts';
import { climb } from './climb.ts';
import { createRun } from './create-run.ts';
import { endWithoutTarget } from './end-without-target.ts';
import { close, handOver, type RunSummary } from './finish.ts';
import { awaitFirstLook, leavePlace } from './first-look.ts';
import { holdWithoutApi } from './hold.ts';
import { concernsControlPlane, localiseFault } from './localise-fault.ts';
import { look } from './look/look.ts';
import type { Seen } from './look/seen.ts';
import { LateRun, type OwnIncident, ownIncident } from './own-incident.ts';
import { resolveNode } from './resolve-node.ts';
import { effect, type Run, type RunInput } from './run.ts';
import type { RunPorts } from './run-ports.ts';
import type { RunbookSettings } from './settings.ts';
import { verifyStable } from './verify-stable.ts';
import { waitTurn } from './wait-turn.ts';

export type { RunInput } from './run.ts';

/** Each round is one look and at most one step on the ladder; a run that needs more rounds is handed over. */
const MOST_ROUNDS = 40;

/**
 * The workflow of one incident, as a durable execution: look, decide, act, look again, until the network is verified or
 * the ladder ends. Every round begins with fresh evidence: the same look verifies a repair and finds the next fault. After
 * a stage that did not heal the node, `judge` confirms the change or puts it back, and `climb` takes the next stage. A node
 * that healed by itself is left alone.
 */
export async function runIncident(
  input: RunInput,
  context: DurableContext,
  ports: RunPorts,
  settings: RunbookSettings,
): Promise<RunSummary> {
  const run = createRun(input, context, ports, settings);
  const loaded = await effect(run, 'load incident', async () => (await ports.store.get(input.incidentId)) ?? null);
  if (loaded === null) throw new TypeError(`no incident ${input.incidentId}`);
  if (loaded.phase === 'closed') return { incidentId: loaded.incidentId, outcome: loaded.outcome ?? 'at-rest' };
  try {
    return await work(run, loaded);
  } catch (error) {
    if (!(error instanceof LateRun)) throw error;
    ports.log.warn('late-run', { incidentId: input.incidentId, run: input.run });
    return { incidentId: input.incidentId, outcome: 'superseded' };
  }
}

/** Throws `LateRun` when another run has the incident. */
async function work(run: Run, loaded: Incident): Promise<RunSummary> {
  const first = await ownIncident(run);
  const { cluster } = loaded.target;
  if (!run.settings.clusters.includes(cluster)) {
    return endWithoutTarget(run, loaded, first, `cluster ${cluster} is not configured`);
  }
  const resolved = await resolveNode(run, loaded);
  if (resolved.type === 'ended') return resolved.summary;
  const turn = await awaitFirstLook(run, resolved.incident);
  return turn.type === 'held' ? turn.summary : workInRounds(run, resolved.incident, turn.place);
}

/** `place`: among the first looks; it is left after one. */
async function workInRounds(run: Run, incident: Incident, place: Target | undefined): Promise<RunSummary> {
  let attempt: Attempt = { type: 'none' };
  let node: string | undefined;
  let waitedSeconds = 0;
  const isControlPlane = incident.shared?.kind === 'control-plane';
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const own = await ownOrWithdraw(run, attempt);
    const waitedInVain = isControlPlane ? await awaitControlPlane(run, incident) : undefined;
    if (waitedInVain !== undefined) return waitedInVain;
    const seen = await look(run, incident, leavesUnderWay(attempt));
    if (round === 1) await leavePlace(run, place);
    if (seen.type === 'unknown-target') return endWithoutTarget(run, incident, own, seen.reason);
    if (seen.type === 'no-api') {
      if (isControlPlane) continue;
      await leaveToTimer(run, attempt);
      return holdWithoutApi(run, incident, seen);
    }
    node = nodeOf(seen);
    if (takenBack(run, seen)) {
      await abandon(run, attempt);
      attempt = { type: 'none' };
      const ending = {
        outcome: 'cancelled',
        why: leftAlone(run),
        node,
        seen: own.alerts,
      } as const;
      const closing = await close(run, incident, ending);
      if (closing.type === 'closed') return closing.summary;
      continue;
    }
    if (seen.verified && !concernsControlPlane(run, incident, seen, attempt)) {
      const isWatched = round === 1 && wasWatched(incident);
      const verdict = await verifyStable(run, incident, { seen, alerts: own.alerts }, attempt, isWatched);
      // Its question was withdrawn when the node looked healthy.
      if (verdict === 'new-fault' || (verdict === 'unstable' && attempt.type === 'asked')) attempt = { type: 'none' };
      else if (verdict !== 'unstable') return verdict;
      continue;
    }
    if (attempt.type === 'acted') await judge(run, incident, seen, attempt);
    const localised = await localiseFault(run, incident, { seen, alerts: own.alerts }, attempt);
    if (localised !== undefined) return localised;
    const step = await climb(run, incident, seen, attempt);
    if (step.type === 'hand-over') return handOver(run, incident, nodeOf(seen), step.why, step.waitsFor);
    attempt = step.attempt;
    const waited = step.type === 'wait' ? await waitTurn(run, waitedSeconds) : 0;
    if (waited === undefined) {
      await withdraw(run, attempt);
      const why = step.type === 'wait' ? step.why : '';
      return handOver(run, incident, nodeOf(seen), `${why}, still so after ${waitedSeconds} s`);
    }
    waitedSeconds = waited;
  }
  await abandon(run, attempt);
  return handOver(run, incident, node, `still not settled after ${MOST_ROUNDS} looks`);
}

/** As `ownIncident`; a late run takes its open question back. What it changed on a host is rolled back by the host's own timer. */
async function ownOrWithdraw(run: Run, attempt: Attempt): Promise<OwnIncident> {
  try {
    return await ownIncident(run);
  } catch (error) {
    if (error instanceof LateRun) await withdraw(run, attempt);
    throw error;
  }
}

function nodeOf(seen: Seen): string {
  return seen.evidence.target.node;
}

function leftAlone({ settings }: Run): string {
  return `a person took the node back: it is left alone for ${settings.coolOffSeconds} s`;
}

function takenBack(run: Run, seen: Seen): boolean {
  const node = findNode(seen.evidence.nodes, nodeOf(seen));
  return node !== undefined && operatorUncordoned(node, holderOf(run));
}

/** It was held, and nothing was tried: the network was watched before the incident that held it ended. */
function wasWatched({ heldBy, tried }: Incident): boolean {
  return heldBy !== undefined && tried.length === 0;
}
