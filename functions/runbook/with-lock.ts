import type { Target } from '../../core/alert/target.ts';
import type { LockHolder } from '../../core/safety/host-lock.ts';
import { effect, type Run } from './run.ts';

/** Whoever gets no lock by then gives back what the rung took, and comes again later. */
const PATIENCE_SECONDS = 30;
/** The lock of a host is held for one command, which takes some seconds. */
const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 8;
/** Longer than the slowest stage with its verification. If the owner died, the lock expires by itself. */
const LOCK_SECONDS = 600;

/**
 * Does `body` while the run holds the lock of a host or a route table. `token` is the fencing token. `busy`: another
 * incident kept the lock for `patienceSeconds`. Taking it may last: `body` asks `whyNotNow` before it acts.
 */
export async function withLock<T>(
  run: Run,
  locked: Target,
  body: (token: number) => Promise<T>,
  patienceSeconds = PATIENCE_SECONDS,
): Promise<T | 'busy'> {
  const token = await takeLock(run, locked, patienceSeconds);
  if (token === undefined) return 'busy';
  const result = await body(token);
  await effect(run, 'release lock', () => run.ports.locks.release(locked, holderOf(run)));
  return result;
}

async function takeLock(run: Run, locked: Target, patienceSeconds: number): Promise<number | undefined> {
  let waitedSeconds = 0;
  for (let seconds = FIRST_PAUSE_SECONDS; ; seconds = seconds < LONGEST_PAUSE_SECONDS ? 2 * seconds : seconds) {
    const outcome = await effect(run, 'take lock', () => {
      const now = run.ports.clock();
      return run.ports.locks.acquire(locked, holderOf(run), now, now + LOCK_SECONDS * 1_000);
    });
    if (outcome.type === 'acquired') return outcome.token;
    if (waitedSeconds >= patienceSeconds) return undefined;
    await run.context.wait(`lock ${run.next()}`, { seconds });
    waitedSeconds += seconds;
  }
}

function holderOf({ input: { incidentId, run } }: Run): LockHolder {
  return { incidentId, run };
}
