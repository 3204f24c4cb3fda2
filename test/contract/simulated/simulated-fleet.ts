import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Fleet } from '../../../lab/fleet.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';

/** A simulated fleet for the tests of a `describe`, in order again after each of them. It is there while they run. */
export function simulatedFleet(): () => Fleet {
  let stateDir: string;
  let fleet: Fleet;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-simulated-'));
    fleet = await createSimulatedFleet({ stateDir });
  });
  afterEach(() => fleet.clear());
  afterAll(async () => {
    await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });
  return () => fleet;
}
