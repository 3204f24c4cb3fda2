import { controlPlane, sharedTarget } from '../../core/alert/shared-fault.ts';
import { findNode } from '../../core/evidence/fleet-map.ts';
import { type Incident, isAtRest } from '../../core/incident/incident.ts';
import { localise, type Suspect } from '../../core/safety/localise.ts';
import type { NodeSighting, Sighting } from '../../core/safety/sighting.ts';
import { sightingOf } from '../../core/safety/sighting-of.ts';
import { whyManyAreStale } from '../../core/safety/stale-leases.ts';
import { type Attempt, withdraw } from './attempt.ts';
import { close, handOver, type RunSummary } from './finish.ts';
import { hold } from './hold.ts';
import type { Seen, SeenWithAlerts } from './look/seen.ts';
import { openShared } from './open-shared.ts';
import { effect, type Run } from './run.ts';

/** What was seen longer ago says nothing of what is shared now. */
const WINDOW_MS = 5 * 60_000;
/** Of a storm the newest incidents are enough to tell what it shares. */
const MOST_SIGHTINGS = 100;
/** A look takes about five seconds, and twenty on a broken host. */
const PAUSE_SECONDS = 10;
const MOST_WAITS = 3;

/**
 * Who works on what was seen. A fault of the hub, or of what most failing nodes share, gets one incident of its own, and the
 * incidents of its nodes are held. Undefined: this incident goes on.
 */
export async function localiseFault(
  run: Run,
  incident: Incident,
  { seen, alerts }: SeenWithAlerts,
  attempt: Attempt,
): Promise<RunSummary | undefined> {
  const { shared } = incident;
  if (shared?.kind === 'hub' && seen.diagnosis.hostAtFault === shared.name) return undefined;
  const suspect = await findSuspect(run, incident, seen);
  if (suspect === undefined && shared === undefined) return undefined;
  const isControlPlane = suspect?.shared.kind === 'control-plane' && shared?.kind !== 'control-plane';
  if (suspect !== undefined && (shared === undefined || isControlPlane)) {
    await withdraw(run, attempt);
    const holder = sharedTarget(incident.target.cluster, suspect.shared);
    const { diagnosis, facts } = seen;
    await openShared(run, incident, { ...suspect, hypothesis: diagnosis.class, seenFrom: facts.name });
    return hold(run, incident, holder, suspect.because, 'give-back');
  }
  const { node } = seen.evidence.target;
  if (suspect !== undefined) return handOver(run, incident, undefined, suspect.because);
  const why = `what ${node} has now is not shared: every node is looked at by itself`;
  const closing = await close(run, incident, { outcome: 'self-recovered', why, node: undefined, seen: alerts });
  return closing.type === 'closed' ? closing.summary : undefined;
}

/**
 * A network that works does not end the incident of the control plane, nor that of a node that is not Ready while most leases
 * are stale: no person is called for each of them.
 */
export function concernsControlPlane(run: Run, incident: Incident, seen: Seen, attempt: Attempt): boolean {
  if (incident.shared?.kind === 'control-plane') return true;
  return attempt.type !== 'acted' && seen.diagnosis.class !== 'healthy' && manyStale(run, seen) !== undefined;
}

/** What the evidence says of the hub comes first; a wrong state of the node itself is its own; else the other nodes decide. */
async function findSuspect(run: Run, incident: Incident, seen: Seen): Promise<Suspect | undefined> {
  const { facts, found, diagnosis } = seen;
  const { name, hub } = facts;
  const own = sightingOf(facts, run.settings.labels);
  const isItsOwn = found.basis === 'state' && diagnosis.hostAtFault === name;
  const isOfHub = hub !== undefined && diagnosis.hostAtFault === hub.name;
  const waits = isItsOwn || isOfHub ? 0 : MOST_WAITS;
  const others = await gatherSightings(run, incident, { own, isKept: !seen.verified }, waits);
  if (isOfHub) {
    return {
      shared: { kind: 'hub', name: hub.name },
      nodes: [name],
      because: `${diagnosis.cause} lies on ${hub.name}`,
    };
  }
  const many = manyStale(run, seen);
  if (isItsOwn) return isHub(run, seen) ? undefined : many;
  return localise(name, [...others, { node: name, sighting: own }], own.at, WINDOW_MS) ?? many;
}

/** What is wrong on a hub may be what the leases are stale for. Its repair asks a person then. */
function isHub({ settings: { labels } }: Run, { facts: { evidence, name } }: Seen): boolean {
  return findNode(evidence.nodes, name)?.metadata.labels[labels.role] === 'hub';
}

/** Where most leases are stale at once no node is at fault for its own, whatever else is wrong with it: hands off. */
function manyStale({ settings }: Run, { facts, diagnosis }: Seen): Suspect | undefined {
  const { fleetLeases } = facts.evidence.kubernetes;
  const why = fleetLeases && whyManyAreStale(fleetLeases, settings.safety.staleLeases);
  if (why === undefined) return undefined;
  const { agent, handshake } = diagnosis.planes;
  const lives = agent === 'online' && handshake === 'fresh';
  const trouble = `; the SSM agent and the tunnel of ${facts.name} live, so the API server or the way to it is in trouble`;
  return { shared: controlPlane, nodes: [facts.name], because: `${why}${lives ? trouble : ''}` };
}

/** Where alerts came together, the first run does not decide alone: it waits for what the others are about to see. */
async function gatherSightings(
  run: Run,
  incident: Incident,
  own: OwnSighting,
  mostWaits: number,
): Promise<readonly NodeSighting[]> {
  for (let waits = 0; ; waits++) {
    const { sightings, expected } = await effect(run, 'share sighting', () => shareSighting(run, incident, own));
    if (expected === 0 || waits >= mostWaits) return sightings;
    await run.context.wait(`sightings ${run.next()}`, { seconds: PAUSE_SECONDS });
  }
}

/** `isKept`: it is with the incident already, as that of every look at a node that is not healthy. */
interface OwnSighting {
  readonly own: Sighting;
  readonly isKept: boolean;
}

interface SharedSightings {
  readonly sightings: readonly NodeSighting[];
  /** Incidents that opened lately, and whose first look is not over. */
  readonly expected: number;
}

/** Keeps what this run saw, and reads what the runs of other nodes saw. */
async function shareSighting(
  { ports: { store } }: Run,
  { incidentId, target, shared }: Incident,
  { own, isKept }: OwnSighting,
): Promise<SharedSightings> {
  if (shared === undefined && !isKept) {
    await store.update(incidentId, (current) =>
      current.phase === 'closed' ? undefined : { ...current, sighting: own },
    );
  }
  const open = (await store.listOpen(MOST_SIGHTINGS)).filter(
    (other) => other.target.cluster === target.cluster && other.incidentId !== incidentId && other.shared === undefined,
  );
  return {
    sightings: open.flatMap((other) =>
      other.sighting === undefined ? [] : [{ node: other.target.node, sighting: other.sighting }],
    ),
    expected: open.filter(
      (other) => other.sighting === undefined && !isAtRest(other) && own.at - other.openedAt <= WINDOW_MS,
    ).length,
  };
}
