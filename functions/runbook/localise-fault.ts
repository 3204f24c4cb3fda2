import type { Target } from '../../core/alert/target.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { localise, type Shared, type Sighting, type Suspect, sharedTarget } from '../../core/safety/localise.ts';
import { sight } from '../../core/safety/sight.ts';
import { type Attempt, withdraw } from './attempt.ts';
import { close, handOver, type RunSummary } from './finish.ts';
import { hold } from './hold.ts';
import type { Seen, Sight } from './look/seen.ts';
import { effect, type Run } from './run.ts';

/** What was seen longer ago says nothing of what is shared now. */
const WINDOW_MS = 5 * 60_000;
/** Of a storm the newest incidents are enough to tell what it shares. */
const MOST_SIGHTINGS = 100;

/**
 * Who works on what was seen. A fault of the hub, or of what most failing nodes share, gets one incident of its own, and the
 * incidents of its nodes are held. Undefined: this incident goes on.
 */
export async function localiseFault(
  run: Run,
  incident: Incident,
  { seen, alerts }: Sight,
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
  const own = sight(facts, run.settings.labels);
  const others = await effect(run, 'share sighting', () => shareSighting(run, incident, own));
  if (hub !== undefined && diagnosis.hostAtFault === hub.name) {
    return {
      shared: { kind: 'hub', name: hub.name },
      nodes: [name],
      because: `${diagnosis.cause} lies on ${hub.name}`,
    };
  }
  const isItsOwn = found.basis === 'state' && diagnosis.hostAtFault === name;
  return isItsOwn ? undefined : localise(name, [...others, { node: name, sighting: own }], own.at, WINDOW_MS);
}

/** Keeps what this run saw, and reads what the runs of other nodes saw. */
async function shareSighting({ ports }: Run, { incidentId, target, shared }: Incident, own: Sighting) {
  if (shared === undefined) {
    await ports.store.update(incidentId, (current) =>
      current.phase === 'closed' ? undefined : { ...current, sighting: own },
    );
  }
  const open = await ports.store.listOpen(MOST_SIGHTINGS);
  return open.flatMap(({ target: { cluster, node }, sighting }) =>
    sighting === undefined || cluster !== target.cluster ? [] : [{ node, sighting }],
  );
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
