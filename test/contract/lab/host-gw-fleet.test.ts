import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';

const obstacles = await namespaceObstacles();
const healthy = { healthy: true, broken: [] };
let folder = '';
let fleet: Fleet;

beforeAll(async () => {
  if (obstacles.length > 0) return;
  folder = await mkdtemp(join(tmpdir(), 'restitch-host-gw-'));
  fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: null, backend: 'host-gw' });
});
beforeEach((context) => {
  if (obstacles.length > 0) context.skip(`the lab cannot run here: ${obstacles.join('; ')}`);
});
afterAll(async () => {
  if (obstacles.length > 0) return;
  await fleet.down();
  await rm(folder, { recursive: true, force: true });
});

describe('the fleet whose flannel makes routes only', () => {
  it('comes up healthy, without a device of flannel', async () => {
    expect(await checkFleet(fleet)).toEqual(healthy);
    const { stdout } = await fleet.exec('gpu-1', { argv: ['ip', 'link'], timeoutMs: 15_000 });
    expect(stdout).not.toContain('flannel');
  });

  it('loses its pod paths with its routes, and clear heals it', async () => {
    await fleet.inject('host-gw-hub-route-missing');
    expect((await checkFleet(fleet)).healthy).toBe(false);
    await fleet.clear();
    expect(await checkFleet(fleet)).toEqual(healthy);
  });
});
