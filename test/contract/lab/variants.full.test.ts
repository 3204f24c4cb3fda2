import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namesFor } from '../../../lab/namespaces/names.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { presentNamespaces } from '../../../lab/namespaces/take-down.ts';

const obstacles = await namespaceObstacles();
const healthy = { healthy: true, broken: [] };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-variants-'));
});
beforeEach((context) => {
  if (obstacles.length > 0) context.skip(`the lab cannot run here: ${obstacles.join('; ')}`);
});
afterEach(async () => {
  if (obstacles.length === 0) await (await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: null })).down();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const up = (variant: string) => createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: null, variant });
const read = async (fleet: Fleet, host: string, ...argv: [string, ...string[]]) =>
  (await fleet.exec(host, { argv, timeoutMs: 15_000 })).stdout;

describe('a fleet that differs', () => {
  it('has the device, port and VNI of its variant, and leaves nothing', async () => {
    const fleet = await up('port-4790');
    expect(await checkFleet(fleet)).toEqual(healthy);
    expect(await read(fleet, 'gpu-1', 'ip', '-d', 'link', 'show', 'flannel.4096')).toMatch(
      /vxlan id 4096 .*dstport 4790/,
    );
    await fleet.down();
    expect(await presentNamespaces(namesFor(folder))).toEqual([]);
  });

  it('reaches neighbours without VXLAN where flannel routes directly', async () => {
    const fleet = await up('direct-routing');
    expect(await checkFleet(fleet)).toEqual(healthy);
    expect(await read(fleet, 'cloud-1', 'ip', 'route')).toContain('10.42.0.0/24 via 10.0.1.10 dev eth0');
    await fleet.inject('direct-route-lost');
    expect((await checkFleet(fleet)).broken).toContain('cloud-1 → hub-1');
    await fleet.clear();
    expect(await checkFleet(fleet)).toEqual(healthy);
  });

  it('has a second hub with its own spoke, and takes more namespaces away than the plain one has', async () => {
    const fleet = await up('two-hubs');
    expect(fleet.hosts.map(({ name, node }) => [name, node.labels['restitch.dev/hub']])).toEqual([
      ['hub-1', undefined],
      ['hub-2', undefined],
      ['cloud-1', undefined],
      ['gpu-1', 'hub-1'],
      ['gpu-2', 'hub-2'],
    ]);
    expect(await checkFleet(fleet)).toEqual(healthy);
    await fleet.down();
    expect(await presentNamespaces(namesFor(folder))).toEqual([]);
  });

  it('is taken over as it is, and not by another one', async () => {
    const fleet = await up('port-4789');
    const again = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: null });
    expect(again.hosts).toEqual(fleet.hosts);
    await expect(up('vxlan')).rejects.toThrow('runs port-4789: take it down before one of vxlan');
    await expect(fleet.inject('direct-route-lost')).rejects.toThrow('needs the fleet of `restitch lab up --variant');
  });
});

describe('a fault that changes Node objects', () => {
  it('shows in the hosts, also to whoever takes the fleet over, until it is cleared', async () => {
    const publicIp = (fleet: Fleet) =>
      fleet.hosts.find(({ name }) => name === 'gpu-2')?.node.annotations['flannel.alpha.coreos.com/public-ip'];
    const fleet = await up('vxlan');
    const before = fleet.hosts;
    await fleet.inject('public-ip-wrong-quiet');
    expect(publicIp(fleet)).toBe('10.200.0.99');
    expect(fleet.hosts).not.toBe(before);
    const again = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: null });
    expect(publicIp(again)).toBe('10.200.0.99');
    // The inventory is the platform team's own record.
    expect(again.inventory).toEqual(fleet.inventory);
    expect(again.inventory.nodes['gpu-2']?.tunnelAddress).toBe('10.200.0.12');
    expect(await checkFleet(fleet)).toEqual(healthy);
    await fleet.clear();
    expect(publicIp(fleet)).toBe('10.200.0.12');
  });
});
