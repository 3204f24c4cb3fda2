import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { createSimulatedFleet } from '../../../lab/simulated/create-simulated-fleet.ts';
import { act, comparable, diagnose } from './fleet-documents.ts';

const healthy = { healthy: true, broken: [] };

/** One of each kind of change that the simulation has to play as the kernel does. */
const comparedFaults = [
  ...['fdb-flushed', 'fdb-wrong-mac-holds-peer', 'link-bounced', 'vxlan-recreated-empty', 'vxlan-wrong-mac'],
  ...['neighbours-flushed', 'route-escaped-aggregate', 'tunnel-route-missing', 'hub-allowed-ips-stolen'],
  'ip-forward-off',
];

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

describe.skipIf(obstacles.length > 0)(`the simulated fleet beside the real one${why}`, () => {
  let stateDir: string;
  const fleets: Fleet[] = [];

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-beside-'));
    fleets.push(await createNamespaceFleet({ stateDir: join(stateDir, 'real'), orphanGraceSeconds: 5 }));
    fleets.push(await createSimulatedFleet({ stateDir: join(stateDir, 'simulated') }));
  });
  afterAll(async () => {
    for (const fleet of fleets) await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('has the same hosts with the same Node objects', () => {
    const [real, simulated] = fleets.map(({ hosts }) => hosts.map(({ durableDir: _, ...host }) => host));
    expect(simulated).toEqual(real);
  });

  it.each([undefined, ...comparedFaults])('has the same tables, with fault: %s', async (fault) => {
    if (fault !== undefined) await Promise.all(fleets.map((fleet) => fleet.inject(fault)));
    const [real, simulated] = await Promise.all(
      fleets.map((fleet) => Promise.all(fleet.hosts.map(async ({ name }) => comparable(await diagnose(fleet, name))))),
    );
    expect(simulated).toEqual(real);
    const [realCheck, simulatedCheck] = await Promise.all(fleets.map((fleet) => checkFleet(fleet)));
    expect(simulatedCheck).toEqual(realCheck);
    await Promise.all(fleets.map((fleet) => fleet.clear()));
  });

  it('bounces the tunnel as the real one does: routes come back, and a rollback gives a peer its AllowedIPs again', async () => {
    for (const fleet of fleets) {
      const peersOf = async () => (await diagnose(fleet, 'gpu-1')).wireguard?.peers ?? [];
      const routesOf = async () =>
        (await diagnose(fleet, 'gpu-1')).routes.map((route) => JSON.stringify(route)).toSorted();
      const [hub] = await peersOf();
      const routes = await routesOf();
      expect(hub?.allowedIps).toHaveLength(2);
      const report = await act(fleet, 'gpu-1', 'bounce', {
        operationKey: 'test.bounce.wg0',
        fencingToken: '3',
        device: 'wg0',
        operations: '',
        confirmWithinSeconds: '60',
      });
      expect(report).toMatchObject({ status: 'applied', failed: [] });
      expect(await routesOf()).toEqual(routes);
      const cut = ['wg', 'set', 'wg0', 'peer', hub?.publicKey ?? '', 'allowed-ips', '10.200.0.0/24'] as const;
      expect((await fleet.exec('gpu-1', { argv: cut, timeoutMs: 5_000 })).code).toBe(0);
      expect((await act(fleet, 'gpu-1', 'rollback', { operationKey: 'test.bounce.wg0' })).status).toBe('rolled-back');
      const [restored] = await peersOf();
      expect(restored?.allowedIps.toSorted()).toEqual(hub?.allowedIps.toSorted());
      expect(restored).toMatchObject({ endpoint: hub?.endpoint, keepaliveSeconds: hub?.keepaliveSeconds });
      expect(await checkFleet(fleet)).toEqual(healthy);
    }
  });
});
