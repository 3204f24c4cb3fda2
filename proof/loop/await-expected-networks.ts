import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../../lab/fleet.ts';

const POLL_MS = 200;

/** Waits until sweep has written the expected network on every host. Throws when one has none after this time. */
export async function awaitExpectedNetworks(fleet: Fleet, seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1_000;
  for (const { name, durableDir } of fleet.hosts) {
    while (!(await exists(join(durableDir, 'expected-network')))) {
      if (Date.now() > until) throw new Error(`${name} has no expected network after ${seconds} s`);
      await sleep(POLL_MS);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
