import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { operatorUncordoned } from '../../core/safety/node-claim.ts';
import { type Attempt, abandon, judge, leavesUnderWay, leaveToTimer, withdraw } from './attempt.ts';
import { awaitControlPlane } from './await-control-plane.ts';
import type { Step } from './carry-out.ts';
import { holderOf } from './claims.ts';
import { climb } from './climb.ts';
import { endWithoutTarget } from './end-without-target.ts';
import { close, handOver, type RunSummary } from './finish.ts';
import { leavePlace } from './first-look.ts';
import { holdWithoutApi } from './hold.ts';
import { concernsControlPlane, localiseFault } from './localise-fault.ts';
import { type Look, look } from './look/look.ts';
import type { Seen } from './look/seen.ts';
import { lookBehindHub } from './look-behind-hub.ts';
import { LateRun, ownIncident } from './own-incident.ts';
import type { OwnIncident, Run } from './run.ts';
import { verifyStable } from './verify-stable.ts';
import { waitTurn } from './wait-turn.ts';

/** Each round is one look and at most one step on the ladder; a run that needs more rounds is handed over. */
const MOST_ROUNDS = 40;

/**
 * Look, decide, act, look again, until the network is verified or the ladder ends. Every round begins with fresh evidence: the
 * same look verifies a repair and finds the next fault. After a stage that did not heal the node, `judge` confirms the change or
 * puts it back, and `climb` takes the next stage. A node that healed by itself is left alone. `place`: among the first looks; it is
 * left after one. `justRead`: the incident, where it was read just now.
 */
export async function workInRounds(
  run: Run,
  resolved: Incident,
  place: string | undefined,
  justRead: OwnIncident | undefined,
): Promise<RunSummary> {
  const { incident, seen: first, looked } = await lookBehindHub(run, resolved);
  let fresh = looked ? undefined : justRead;
  let attempt: Attempt = { type: 'none' };
  let node: string | undefined;
  let waitedSeconds = 0;
  let latest: Seen | undefined;
  const isControlPlane = incident.shared?.kind === 'control-plane';
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const own = fresh ?? (await ownOrWithdraw(run, attempt));
    fresh = undefined;
    const waitedInVain = isControlPlane ? await awaitControlPlane(run, incident) : undefined;
    if (waitedInVain !== undefined) return waitedInVain;
    const earlier: Seen | undefined = attempt.type === 'acted' ? latest : undefined;
    const seen: Look =
      round === 1 && first !== undefined ? first : await look(run, incident, leavesUnderWay(attempt), earlier);
    if (round === 1) await leavePlace(run, place, seen);
    if (seen.type === 'unknown-target') return endWithoutTarget(run, incident, own, seen.reason);
    if (seen.type === 'no-api') {
      if (isControlPlane) continue;
      await leaveToTimer(run, attempt);
      return holdWithoutApi(run, incident, seen);
    }
    node = nodeOf(seen);
    latest = seen;
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
    const unverified = await judge(run, incident, seen, attempt);
    const localised = await localiseFault(run, incident, { seen, alerts: own.alerts }, attempt);
    if (localised !== undefined) return localised;
    const step: Step = unverified ?? (await climb(run, incident, seen, attempt));
    if (step.type === 'hand-over') return handOver(run, incident, nodeOf(seen), step.why, step.waitsFor);
    attempt = step.attempt;
    fresh = step.type === 'look-again' ? step.own : undefined;
    // What acted may have to be done again: only where that is settled, the patience begins anew.
    const inVain = attempt.type === 'acted' ? waitedSeconds : 0;
    const waited = step.type === 'wait' ? await waitTurn(run, waitedSeconds) : inVain;
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
