import type { Target } from '../../core/alert/target.ts';
import { effect, type Run } from './run.ts';

const LOCK_ATTEMPTS = 12;
const LOCK_PAUSE_SECONDS = 10;
/** Longer than the slowest stage with its verification. If the owner died, the lock expires by itself. */
const LOCK_SECONDS = 600;

/**
 * Does `body` while the run holds the lock of a host or a route table. `token` is the fencing token. `busy`: another
 * incident kept the lock for two minutes.
 */
export async function withLock<T>(run: Run, locked: Target, body: (token: number) => Promise<T>): Promise<T | 'busy'> {
  const token = await takeLock(run, locked);
  if (token === undefined) return 'busy';
  const result = await body(token);
  await effect(run, 'release lock', () => run.ports.locks.release(locked, run.input.incidentId));
  return result;
}

async function takeLock(run: Run, locked: Target): Promise<number | undefined> {
  for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
    const outcome = await effect(run, 'take lock', () => {
      const now = run.ports.clock();
      return run.ports.locks.acquire(locked, run.input.incidentId, now, now + LOCK_SECONDS * 1_000);
    });
    if (outcome.type === 'acquired') return outcome.token;
    await run.context.wait(`lock ${run.next()}`, { seconds: LOCK_PAUSE_SECONDS });
  }
  return undefined;
}
