import { AsyncLocalStorage } from 'node:async_hooks';

interface Timer {
  readonly dueMs: number;
  readonly number: number;
  readonly fire: () => void;
}

/** Park and Miller, CACM 31 (1988): the minimal standard generator. */
function createChance(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export interface SimulatedTimers {
  readonly size: () => number;
  /** Fires the one that is due first. */
  fireNext(): void;
  /** A process died, and its timers with it. */
  clear(): void;
  /** The real ones are back. */
  restore(): void;
}

/**
 * Takes the place of `setTimeout`, `clearTimeout`, `Date.now` and `Math.random` for as long as a play lasts. The SDK ends an invocation
 * about 20 ms of real time after its last step; here that happens as soon as nothing else can go on, so that a play never depends
 * on real time. `clock`: what `Date.now` says, by which the SDK decides whether a wait is over.
 */
export function takeTimers(clock: () => number): SimulatedTimers {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const { random } = Math;
  const { now } = Date;
  Date.now = clock;
  Math.random = createChance();
  const timers = new Map<object, Timer>();
  let number = 0;
  let nowMs = 0;
  const set = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) => {
    const inContext = AsyncLocalStorage.snapshot();
    // Only what the SDK does with a timer.
    const handle = { unref: () => handle, ref: () => handle, hasRef: () => true };
    timers.set(handle, { dueMs: nowMs + delayMs, number: number++, fire: () => inContext(callback, ...args) });
    return handle;
  };
  Object.assign(globalThis, {
    setTimeout: set,
    clearTimeout: (handle: object | undefined) => handle !== undefined && timers.delete(handle),
  });
  return {
    size: () => timers.size,
    fireNext: () => {
      const [first] = [...timers].toSorted(([, a], [, b]) => a.dueMs - b.dueMs || a.number - b.number);
      if (first === undefined) return;
      const [handle, timer] = first;
      timers.delete(handle);
      nowMs = Math.max(nowMs, timer.dueMs);
      timer.fire();
    },
    clear: () => timers.clear(),
    restore: () => {
      Math.random = random;
      Date.now = now;
      Object.assign(globalThis, real);
    },
  };
}
