import { withAnnotations } from '../fakes/with-annotations.ts';
import { type Accepted, createAlertmanager } from './alertmanager.ts';
import { happen, recover, type Surroundings } from './happen.ts';
import type { Mutant } from './mutant.ts';
import { createObserver, type Observed } from './observer.ts';
import { createPeople, type OrderedPause } from './people.ts';
import type { Moment, Schedule } from './schedule.ts';
import { createStreams } from './streams.ts';
import { createWorld, HUB, type World } from './world.ts';

/** What a play leaves for the invariants. Times are simulated epoch milliseconds. */
export interface Played {
  readonly world: World;
  readonly accepted: readonly Accepted[];
  readonly pauses: readonly OrderedPause[];
  readonly observed: Observed;
  /** When the last thing happened; from then on everything is mended. */
  readonly mendedAt: number;
  /** Undefined: it did not come to rest in time. */
  readonly restedAt: number | undefined;
  readonly tableLostAt: number | undefined;
}

const MINUTE_MS = 60_000;
/** From the last disturbance until everything has to be at rest. */
export const REST_SECONDS = 3 * 3_600;
/** A message that could not be worked is looked for again so often. */
const QUEUE_POLL_MS = 5_000;
const QUIET_SWEEP_MS = 5 * MINUTE_MS;
const DISPATCH_AGAIN_SECONDS = 180;
/** What waits for calls that do not come happens after this time. */
const IDLE_MS = 120_000;

/** Plays one schedule to its end. */
export async function play(schedule: Schedule, mutant?: Mutant): Promise<Played> {
  const world = createWorld(schedule, mutant);
  try {
    return await playIn(world);
  } finally {
    await world.end();
  }
}

async function playIn(world: World): Promise<Played> {
  const { clock, pool } = world;
  const alertmanager = createAlertmanager(world);
  const people = createPeople(world);
  const streams = createStreams(world);
  const observer = createObserver(world);
  const triggers = createTriggers(world);
  const surroundings: Surroundings = { world, alertmanager, people, streams, sweep: triggers.sweep };
  const agenda = createAgenda(surroundings);
  let mendedAt: number | undefined;
  let restedAt: number | undefined;
  const isOver = () => mendedAt !== undefined && clock.now() - mendedAt > REST_SECONDS * 1_000;
  while (restedAt === undefined && !isOver()) {
    if (agenda.takeNext()) {
      await pool.settle();
      continue;
    }
    if (await releaseOne(world)) {
      observer.look();
      continue;
    }
    if (mendedAt === undefined && agenda.isEmpty()) {
      mendedAt = clock.now();
      mend(surroundings);
    }
    for (const { look } of [people, alertmanager, streams, triggers, observer]) look();
    await pool.settle();
    if (pool.ready().length > 0) continue;
    const mayRest = mendedAt !== undefined && clock.now() > mendedAt + MINUTE_MS;
    if (mayRest && rests(surroundings, triggers)) restedAt = clock.now();
    passTime(world, Math.min(agenda.nextAt(), triggers.nextAt(), alertmanager.nextAt()));
    await pool.settle();
  }
  const { accepted } = alertmanager;
  const observed = await observer.end();
  const tableLostAt = agenda.tableLostAt();
  return { world, accepted, pauses: people.pauses, observed, mendedAt: mendedAt ?? 0, restedAt, tableLostAt };
}

/** What the schedule has happen, one after the other, each at its moment. */
function createAgenda(surroundings: Surroundings) {
  const { world } = surroundings;
  const { schedule, clock, pool, hosts } = world;
  const left = [...schedule.happenings];
  const markNow = () => ({ calls: pool.calls(), acts: hosts.acts.length, at: clock.now() });
  let mark = markNow();
  let tableLostAt: number | undefined;

  const isDue = ({ unit, count }: Moment): boolean => {
    if (unit === 'seconds') return clock.now() >= mark.at + count * 1_000;
    const hasCome = unit === 'acts' ? hosts.acts.length >= mark.acts + count : pool.calls() >= mark.calls + count;
    return hasCome || clock.now() >= mark.at + IDLE_MS;
  };
  return {
    /** Lets the next thing happen, where its moment has come. */
    takeNext: (): boolean => {
      const [next] = left;
      if (next === undefined || !isDue(next.when)) return false;
      left.shift();
      if (next.type === 'table-is-lost') tableLostAt = clock.now();
      happen(next, surroundings);
      mark = markNow();
      return true;
    },
    /** Everything has happened, a while ago. */
    isEmpty: () => left.length === 0 && clock.now() >= mark.at + IDLE_MS,
    nextAt: () => {
      const at = mark.at + (left[0]?.when.unit === 'seconds' ? left[0].when.count * 1_000 : IDLE_MS);
      return left.length === 0 && clock.now() >= at ? Number.POSITIVE_INFINITY : at;
    },
    tableLostAt: () => tableLostAt,
  };
}

/** Lets the call go that the schedule picks among those that wait; false: none may go now. */
async function releaseOne({ pool, schedule: { picks } }: World): Promise<boolean> {
  const ready = pool.ready();
  const pick = picks[pool.calls() % Math.max(picks.length, 1)] ?? 0;
  const one = ready[pick % ready.length];
  if (one === undefined) return false;
  await pool.release(one);
  return true;
}

/** Somebody mends whatever is still broken, and everything works again. */
function mend({ world, people }: Surroundings): void {
  const { schedule, hosts, failing, chain, fleet, say } = world;
  say('world', 'everything is mended');
  failing.end();
  hosts.stopsLying();
  for (const name of [...fleet.spokes, HUB]) {
    recover(world, name);
    const annotations = world.originalOf(name)?.metadata.annotations ?? {};
    chain.ports.cluster.change(name, (node) => withAnnotations(node, annotations));
  }
  if (schedule.endsPaused) people.pause('all');
  else people.scopesInForce().forEach(people.resume);
}

function rests({ world, alertmanager, streams }: Surroundings, triggers: Triggers): boolean {
  const { chain, isAnyOpen } = world;
  if (!alertmanager.isQuiet() || !streams.isIdle() || !triggers.isIdle() || !chain.isQueueEmpty()) return false;
  // Sweep has had its turn after the last incident was closed.
  return !isAnyOpen() && triggers.sweptAfterRest();
}

/** Moves the clock to where something may happen next. */
function passTime({ clock, pool, nextTaskAt, takeDue, chain }: World, nextAt: number): void {
  const now = clock.now();
  const next = Math.min(nextAt, pool.nextDueAt(), nextTaskAt(), chain.engine.nextDueAt() ?? Number.POSITIVE_INFINITY);
  clock.advanceSeconds(Math.max(next - now, 1) / 1_000);
  chain.engine.tick();
  for (const task of takeDue()) task.run();
}

/** What begins by itself: sweep on its schedule, and dispatch when there is something in the queue. */
function createTriggers(world: World) {
  const { chain, clock, pool, begin, at, isAnyOpen } = world;
  let sweptAt = clock.now();
  let sweeps = 0;
  let dispatches = 0;
  let dispatching: string | undefined;
  let quietSweeps = 0;

  const sweep = () => {
    const actor = `sweep-${++sweeps}`;
    begin(actor, async () => {
      await chain.sweep();
      quietSweeps = isAnyOpen() ? 0 : quietSweeps + 1;
    });
  };
  /** Where nothing goes on but sweep itself, most of its passes are left out: they would change nothing. */
  const pause = () => (clock.now() - pool.lastCallAt() > MINUTE_MS ? QUIET_SWEEP_MS : MINUTE_MS);
  return {
    sweep,
    isIdle: () => dispatching === undefined,
    sweptAfterRest: () => quietSweeps >= 2,
    /** The next pass of sweep, or the next look into a queue that is not empty. */
    nextAt: () =>
      Math.min(sweptAt + pause(), chain.isQueueEmpty() ? Number.POSITIVE_INFINITY : clock.now() + QUEUE_POLL_MS),
    look: () => {
      if (clock.now() >= sweptAt + pause()) {
        sweptAt = clock.now();
        sweep();
      }
      if (dispatching !== undefined || chain.isQueueEmpty()) return;
      const actor = `dispatch-${++dispatches}`;
      dispatching = actor;
      begin(actor, async () => {
        await chain.drain();
        dispatching = undefined;
      });
      at(DISPATCH_AGAIN_SECONDS, () => {
        if (dispatching === actor && !pool.isAlive(actor)) dispatching = undefined;
      });
    },
  };
}

type Triggers = ReturnType<typeof createTriggers>;
