import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';
import { reconcile } from './reconcile-fleet.ts';

/** Drift of tables, which putting the entries back heals, beside what `simulated-fleet.test.ts` plays. */
const reconcilable = [
  ...['neighbour-wrong-mac', 'pod-routes-missing', 'fdb-wrong-destination', 'link-bounced', 'peer-fdb-stale'],
  'vxlan-recreated-empty',
];

describe('the simulated fleet', () => {
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

  it.each(reconcilable)('is broken by %s, and the reconcile on the host at fault heals it', async (fault) => {
    await fleet.inject(fault);
    const check = await checkFleet(fleet);
    expect(check.broken.some((path) => path.includes('gpu-1'))).toBe(true);
    expect((await reconcile(fleet)).map(({ status }) => status)).toEqual(['applied']);
    expect(await checkFleet(fleet)).toEqual({ healthy: true, broken: [] });
  });
});
