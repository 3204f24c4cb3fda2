import type { Target } from '../../core/alert/target.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { RunSummary } from './finish.ts';
import { holdAtOnce } from './hold.ts';
import { effect, type Run } from './run.ts';

/** In one cluster so many runs look for the first time at once. The hub and one peer get two commands each for one look. */
const MOST_AT_ONCE = 32;
/** With half of the places taken, fifteen of sixteen runs find one. */
const TRIES = 4;
/** A look takes about ten seconds. */
const PAUSE_SECONDS = 10;
/** Longer than a look takes on a broken host. */
const PLACE_SECONDS = 120;

/** A place among the first looks, as a lock; undefined: the run looks without one. */
export type Turn =
  | { readonly type: 'held'; readonly summary: RunSummary }
  /** `waited`: for others, so that much may have happened since. */
  | { readonly type: 'looks'; readonly place: Target | undefined; readonly waited: boolean };

/**
 * Of a storm of alerts a few nodes are looked at first. The others wait their turn: when the few have shown what is shared, they
 * are held, and nothing is asked of any host for them. After `busySeconds` a run looks all the same. The incident of a shared
 * fault, and that of a node alone, wait for nobody.
 */
export async function awaitFirstLook(run: Run, incident: Incident): Promise<Turn> {
  if (incident.shared !== undefined) return { type: 'looks', place: undefined, waited: false };
  for (let turn = 0; ; turn++) {
    const summary = await holdAtOnce(run, incident, placeOf(incident, turn, 0));
    if (summary !== undefined) return { type: 'held', summary };
    const place = await effect(run, 'take place', () => takePlace(run, incident, turn));
    if (place !== null) return { type: 'looks', place, waited: turn > 0 };
    if (turn * PAUSE_SECONDS >= run.settings.busySeconds) return { type: 'looks', place: undefined, waited: true };
    await run.context.wait(`first look ${run.next()}`, { seconds: PAUSE_SECONDS });
  }
}

/** The first look is over: another run may look. */
export async function leavePlace(run: Run, place: Target | undefined): Promise<void> {
  if (place === undefined) return;
  await effect(run, 'leave place', () => run.ports.locks.release(place, run.input));
}

/** Any of a few places that follow from the incident's name, others at each attempt; null: they are taken. */
async function takePlace({ ports, input }: Run, incident: Incident, turn: number): Promise<Target | null> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const place = placeOf(incident, turn, attempt);
    const now = ports.clock();
    const outcome = await ports.locks.acquire(place, input, now, now + PLACE_SECONDS * 1_000);
    if (outcome.type === 'acquired') return place;
  }
  return null;
}

function placeOf({ incidentId, target }: Incident, turn: number, attempt: number): Target {
  return { cluster: target.cluster, node: `first-look/${placeNumber(`${incidentId} ${turn} ${attempt}`)}` };
}

function placeNumber(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return hash % MOST_AT_ONCE;
}
