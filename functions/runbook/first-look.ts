import { controlPlane, type Shared } from '../../core/alert/shared-fault.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { isFreeFor } from '../../core/safety/host-lock.ts';
import {
  areAlone,
  firstPlaces,
  furtherPlaces,
  isHeldBy,
  type LookPlace,
  leave,
  take,
} from '../../core/safety/look-place.ts';
import type { RunSummary } from './finish.ts';
import { findHolder, type Held, holdBy, holdWithoutApi, sharedBy } from './hold.ts';
import type { Look } from './look/look.ts';
import { orNoApi } from './or-no-api.ts';
import { effect, type Run } from './run.ts';

/** Of the open places beyond the first ones a run tries so many. With half of them taken, fifteen of sixteen runs find one. */
const TRIES = 4;
/** A look takes five to ten seconds: the first turns are soon, the later ones every ten. */
const FIRST_PAUSES_SECONDS = [4, 6];
const PAUSE_SECONDS = 10;

export type Turn =
  | { readonly type: 'held'; readonly summary: RunSummary }
  /** `place`: the key of its place; undefined: the run looks without one. `waited`: for others, so that much may have happened since. */
  | { readonly type: 'looks'; readonly place: string | undefined; readonly waited: boolean };

/**
 * Of a storm of alerts a few nodes of each hub are looked at first. The others wait their turn: when the few have shown what is shared,
 * they are held, and nothing is asked of any host for them. After `busySeconds` a run looks all the same. The incident of a
 * shared fault waits for nobody.
 */
export async function awaitFirstLook(run: Run, incident: Incident): Promise<Turn> {
  if (incident.shared !== undefined) return { type: 'looks', place: undefined, waited: false };
  let known: Shares | undefined;
  let waitedSeconds = 0;
  for (let turn = 0; ; turn++) {
    const found = await effect(run, 'take turn', () => orNoApi(() => takeTurn(run, incident, turn, known)));
    if (found.type === 'no-api') return { type: 'held', summary: await holdWithoutApi(run, incident, found) };
    if (found.type === 'held') return { type: 'held', summary: await holdBy(run, incident, found) };
    if (found.type === 'looks') return { type: 'looks', place: found.place, waited: turn > 0 };
    if (waitedSeconds >= run.settings.busySeconds) return { type: 'looks', place: undefined, waited: true };
    known = found.shares;
    const seconds = FIRST_PAUSES_SECONDS[turn] ?? PAUSE_SECONDS;
    await run.context.wait(`first look ${run.next()}`, { seconds });
    waitedSeconds += seconds;
  }
}

/** The first look is over: another run may look, and where looks find nothing on the hub, more at once. */
export async function leavePlace(run: Run, place: string | undefined, seen: Look): Promise<void> {
  if (place === undefined) return;
  const found = isOnHub(seen) ? 'on-hub' : 'alone';
  await effect(run, 'leave place', async () => {
    const now = run.ports.clock();
    await run.ports.safety.lookPlaces.change(place, (current) => leave(current, run.input, found, now));
  });
}

function isOnHub(seen: Look): boolean {
  return seen.type === 'seen' && !seen.verified && seen.diagnosis.hostAtFault === seen.facts.hub?.name;
}

type TurnNow =
  | Held
  | { readonly type: 'looks'; readonly place: string }
  /** `shares`: need not be found again. */
  | { readonly type: 'waits'; readonly shares: Shares };

/** What the node shares with others; `hub`: the one that its label names, whose places its look takes, or none. */
interface Shares {
  readonly type: 'shares';
  readonly hub: string;
  readonly all: readonly Shared[];
}

/** What holds the incident, or its place. `known`: what its node shares, from an earlier turn. A repetition finds the place that it has. */
async function takeTurn(run: Run, incident: Incident, turn: number, known: Shares | undefined): Promise<TurnNow> {
  const { cluster } = incident.target;
  const keysOf = (hub: string, numbers: readonly number[]) =>
    inOrderOf(`${incident.incidentId} ${turn}`, numbers).map((number) => `${cluster}/${hub}/${number}`);
  const shares = known ?? (await findShares(run, incident, keysOf('', firstPlaces)));
  if (shares.type === 'held') return shares;
  const { hub, all } = shares;
  const [holder, first] = await Promise.all([
    findHolder(run, cluster, [controlPlane, ...all]),
    readPlaces(run, keysOf(hub, firstPlaces)),
  ]);
  if (holder !== undefined) return holder;
  const place = (await takeOneOf(run, first)) ?? (await takeFurther(run, incident, first, keysOf(hub, furtherPlaces)));
  return place === undefined ? { type: 'waits', shares } : { type: 'looks', place };
}

/** The control plane first: while its incident is open its API may not answer. `unnamed`: the places where no label names the hub. */
async function findShares(
  run: Run,
  { target: { cluster, node } }: Incident,
  unnamed: readonly string[],
): Promise<Shares | Held> {
  const { ports, settings, input } = run;
  const [holder, places] = await Promise.all([findHolder(run, cluster, [controlPlane]), readPlaces(run, unnamed)]);
  if (holder !== undefined) return holder;
  const object = await ports.cluster.getNode(node);
  if (object === undefined) return { type: 'shares', hub: '', all: [] };
  const isCrowded = [...places.values()].some((place) => !isFreeFor(place, input, ports.clock()));
  const hub = object.metadata.labels[settings.labels.hub] ?? '';
  return { type: 'shares', hub, all: await sharedBy(run, object, isCrowded) };
}

type Places = ReadonlyMap<string, LookPlace | undefined>;

async function readPlaces({ ports }: Run, keys: readonly string[]): Promise<Places> {
  return new Map(await Promise.all(keys.map(async (key) => [key, await ports.safety.lookPlaces.get(key)] as const)));
}

/** The key of the first that no other run has. */
async function takeOneOf({ ports, input }: Run, places: Places): Promise<string | undefined> {
  for (const [key, read] of places) {
    const now = ports.clock();
    if (!isFreeFor(read, input, now)) continue;
    const stored = await ports.safety.lookPlaces.change(key, (current) => take(current, input, now));
    if (isHeldBy(stored, input)) return key;
  }
  return undefined;
}

/** What held an incident is over when it goes on: such incidents need not wait until the first looks have shown that. */
async function takeFurther(
  run: Run,
  { heldBy }: Incident,
  first: Places,
  further: readonly string[],
): Promise<string | undefined> {
  if (heldBy === undefined && !areAlone([...first.values()], run.ports.clock())) return undefined;
  return takeOneOf(run, await readPlaces(run, further.slice(0, TRIES)));
}

/** Every run begins elsewhere, and at each turn. The same on every replay. */
function inOrderOf(seed: string, numbers: readonly number[]): readonly number[] {
  let hash = 0;
  for (const character of seed) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  const start = hash % numbers.length;
  return [...numbers.slice(start), ...numbers.slice(0, start)];
}
