import { AsyncLocalStorage } from 'node:async_hooks';
import type { FakeClock } from '../fakes/fake-clock.ts';
import { Crash } from '../fakes/faults.ts';
import type { SimulatedTimers } from './simulated-timers.ts';

/** What a call is to become. `late`: it is done so many seconds from now. */
export type Fate =
  | { readonly type: 'goes-well' | 'dies-before' | 'dies-after' }
  /** Nothing happened, and the caller knows. */
  | { readonly type: 'refused'; readonly error: Error }
  /** It happened, and the caller gets an error. */
  | { readonly type: 'reply-lost'; readonly error: Error }
  /** The caller gets an error now; it happens so many seconds later. */
  | { readonly type: 'done-later'; readonly error: Error; readonly seconds: number };

/** A call to something outside, before it is done. `madeAt`: simulated epoch milliseconds. */
export interface Call {
  readonly number: number;
  readonly actor: string;
  /** `commands`, `table`, `cluster`, … */
  readonly port: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly madeAt: number;
}

interface Waiting {
  readonly call: Call;
  readonly dueAt: number;
  readonly go: () => Promise<void>;
  readonly drop: () => void;
}

export interface PoolOptions {
  readonly clock: FakeClock;
  readonly timers: SimulatedTimers;
  readonly fateOf: (call: Call) => Fate;
  /** `result`: undefined where it failed. */
  readonly onDone: (call: Call, fate: Fate['type'], result: unknown) => void;
  /** The actor's process died in a call. */
  readonly onDeath: (actor: string) => void;
}

/** How often everything may settle without a call before something is wrong. */
const MOST_ROUNDS = 10_000;
/** Of an actor that waits here another call may be on its way: several reads of one turn are made together in the next one. */
const STILL_ROUNDS = 2;

/**
 * Every call to something outside waits here until the scheduler lets it go. An actor is one invocation of a function: it is
 * moving until it waits here or has ended, and nothing else happens while one is moving. So the order of everything is the
 * scheduler's choice alone.
 */
export function createCallPool({ clock, timers, fateOf, onDone, onDeath }: PoolOptions) {
  const actors = new AsyncLocalStorage<string>();
  const alive = new Set<string>();
  const dropped: Waiting[] = [];
  let waiting: readonly Waiting[] = [];
  let calls = 0;
  /** Of anybody but sweep. */
  let lastCall = clock.now();
  let current: Call | undefined;

  /** Runs `body` as this actor; resolves when it has ended. */
  async function run<T>(actor: string, body: () => Promise<T>): Promise<T> {
    alive.add(actor);
    try {
      return await actors.run(actor, body);
    } finally {
      alive.delete(actor);
    }
  }

  function die(actor: string): void {
    alive.delete(actor);
    dropped.push(...waiting.filter(({ call }) => call.actor === actor));
    waiting = waiting.filter(({ call }) => call.actor !== actor);
  }

  /** Whose code runs now. */
  function actorNow(): string {
    const actor = actors.getStore();
    if (actor === undefined) throw new TypeError('a port was called by nobody');
    return actor;
  }

  function callOf(port: string, method: string, args: readonly unknown[]): Call {
    const actor = actorNow();
    if (!actor.startsWith('sweep')) lastCall = clock.now();
    return { number: ++calls, actor, port, method, args, madeAt: clock.now() };
  }

  function enter(call: Call, dueAt: number, body: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const drop = () => reject(new Crash(`${call.actor} died`));
      const waits: Waiting = { call, dueAt, drop, go: () => carryOut(call, body, { resolve, reject, drop }) };
      waiting = [...waiting, waits];
    });
  }

  interface Caller {
    readonly resolve: (result: unknown) => void;
    readonly reject: (error: unknown) => void;
    readonly drop: () => void;
  }

  async function carryOut(call: Call, body: () => unknown, caller: Caller): Promise<void> {
    const fate = fateOf(call);
    const happens = fate.type === 'goes-well' || fate.type === 'reply-lost' || fate.type === 'dies-after';
    let result: unknown;
    if (happens) {
      try {
        current = call;
        result = await body();
      } catch (error) {
        onDone(call, fate.type, undefined);
        return caller.reject(error);
      }
    }
    if (fate.type === 'done-later') waiting = [...waiting, later(call, body, fate.seconds)];
    onDone(call, fate.type, result);
    if (fate.type === 'goes-well') return caller.resolve(result);
    if ('error' in fate) return caller.reject(fate.error);
    dropped.push({ call, dueAt: 0, drop: caller.drop, go: async () => undefined });
    die(call.actor);
    onDeath(call.actor);
  }

  /** It belongs to nobody any more: its caller has gone on. */
  function later(call: Call, body: () => unknown, seconds: number): Waiting {
    const own = { ...call, actor: `${call.actor}, late` };
    const go = async () => {
      current = own;
      // What it throws nobody hears.
      const result = await Promise.resolve(body()).catch(() => undefined);
      onDone(own, 'goes-well', result);
    };
    return { call: own, dueAt: clock.now() + seconds * 1_000, go, drop: () => undefined };
  }

  function isAnybodyMoving(): boolean {
    for (const actor of alive) if (!waiting.some(({ call }) => call.actor === actor)) return true;
    return false;
  }

  /** Until every actor waits here or has ended. */
  async function settle(): Promise<void> {
    let still = 0;
    for (let round = 0; still < STILL_ROUNDS; round++) {
      if (round > MOST_ROUNDS) throw new Error(`does not settle: ${[...alive].join(', ')}`);
      await new Promise(setImmediate);
      const moving = isAnybodyMoving();
      still = moving ? 0 : still + 1;
      if (moving && round > 2 && timers.size() > 0) timers.fireNext();
    }
  }

  return {
    run,
    die,
    settle,
    actor: actorNow,
    isAlive: (actor: string) => alive.has(actor),
    calls: () => calls,
    /** When anybody but sweep made a call last. */
    lastCallAt: () => lastCall,
    /** The call that is being done, for what stands behind the port. */
    current: () => current,
    enter: (port: string, method: string, args: readonly unknown[], body: () => unknown) =>
      enter(callOf(port, method, args), clock.now(), body),
    sleep: (milliseconds: number): Promise<void> =>
      enter(callOf('clock', 'sleep', [milliseconds]), clock.now() + milliseconds, () => undefined).then(
        () => undefined,
      ),
    /** The calls that may go now, in the order in which they were made. */
    ready: () => waiting.filter(({ dueAt }) => dueAt <= clock.now()),
    nextDueAt: () => Math.min(...waiting.map(({ dueAt }) => dueAt)),
    /** Lets one go, and everything settle. */
    release: async (one: Waiting) => {
      waiting = waiting.filter((other) => other !== one);
      await one.go();
      await settle();
    },
    /** The play is over: whoever waits for a call that will never be done is told so, and leaves. */
    dropAll: () => {
      for (const each of [...dropped, ...waiting]) each.drop();
      waiting = [];
    },
  };
}

export type CallPool = ReturnType<typeof createCallPool>;
