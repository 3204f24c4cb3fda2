import { type Shared, sharedTarget } from '../../core/alert/shared-fault.ts';
import type { Target } from '../../core/alert/target.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import { type Incident, isAtRest } from '../../core/incident/incident.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { localise, type Suspect } from '../../core/safety/localise.ts';
import type { NodeSighting, Sighting } from '../../core/safety/sighting.ts';
import { sightingOf } from '../../core/safety/sighting-of.ts';
import { type Attempt, withdraw } from './attempt.ts';
import { close, handOver, type RunSummary } from './finish.ts';
import { hold } from './hold.ts';
import type { Seen, SeenWithAlerts } from './look/seen.ts';
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
  if (shared === undefined) {
    if (suspect === undefined) return undefined;
    await withdraw(run, attempt);
    const holder = sharedTarget(incident.target.cluster, suspect.shared);
    await openShared(run, incident, seen, suspect, holder);
    return hold(run, incident, holder, suspect.because);
  }
  const { node } = seen.evidence.target;
  if (suspect !== undefined) return handOver(run, incident, undefined, suspect.because);
  const why = `what ${node} has now is not shared: every node is looked at by itself`;
  const closing = await close(run, incident, { outcome: 'self-recovered', why, node: undefined, seen: alerts });
  return closing.type === 'closed' ? closing.summary : undefined;
}

/** What the evidence says of the hub comes first; a wrong state of the node itself is its own; else the other nodes decide. */
async function findSuspect(run: Run, incident: Incident, seen: Seen): Promise<Suspect | undefined> {
  const { facts, found, diagnosis } = seen;
  const { name, hub } = facts;
  const own = sightingOf(facts, run.settings.labels);
  const isItsOwn = found.basis === 'state' && diagnosis.hostAtFault === name;
  const isOfHub = hub !== undefined && diagnosis.hostAtFault === hub.name;
  const others = await gatherSightings(run, incident, own, isItsOwn || isOfHub ? 0 : MOST_WAITS);
  if (isOfHub) {
    return {
      shared: { kind: 'hub', name: hub.name },
      nodes: [name],
      because: `${diagnosis.cause} lies on ${hub.name}`,
    };
  }
  return isItsOwn ? undefined : localise(name, [...others, { node: name, sighting: own }], own.at, WINDOW_MS);
}

/** Where alerts came together, the first run does not decide alone: it waits for what the others are about to see. */
async function gatherSightings(
  run: Run,
  incident: Incident,
  own: Sighting,
  mostWaits: number,
): Promise<readonly NodeSighting[]> {
  for (let waits = 0; ; waits++) {
    const { sightings, expected } = await effect(run, 'share sighting', () => shareSighting(run, incident, own));
    if (expected === 0 || waits >= mostWaits) return sightings;
    await run.context.wait(`sightings ${run.next()}`, { seconds: PAUSE_SECONDS });
  }
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
  own: Sighting,
): Promise<SharedSightings> {
  if (shared === undefined) {
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

/** The incident of the shared fault is opened as every other one: through the queue. An open one is left as it is. */
async function openShared(run: Run, incident: Incident, seen: Seen, suspect: Suspect, target: Target): Promise<void> {
  await effect(run, 'open shared', async () => {
    const { store, queue, clock } = run.ports;
    const latest = await store.getLatest(target);
    if (latest?.shared !== undefined && latest.phase !== 'closed') return;
    const rejected = await queue.send([itemOf(suspect.shared, incident, seen, suspect.because, target, clock())]);
    if (rejected.length > 0) throw new RestitchError('queue', 'the shared fault was not queued', { retryable: true });
  });
}

function itemOf(
  shared: Shared,
  incident: Incident,
  { diagnosis, facts }: Seen,
  because: string,
  target: Target,
  now: number,
): WorkItem {
  return {
    schema: 'restitch/work-item/1',
    target,
    fingerprint: `shared-${shared.kind}`,
    status: 'firing',
    startsAt: now,
    alertname: 'RestitchSharedFault',
    severity: null,
    summary: `${because}; first seen by ${incident.incidentId}`,
    hypothesis: diagnosis.class,
    receivedAt: now,
    shared,
    seenFrom: facts.name,
  };
}
