import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namesFor } from '../../../lab/namespaces/names.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { runProgram } from '../../../lab/run-program.ts';

const obstacles = await namespaceObstacles();
const healthy = { healthy: true, broken: [] };
const alive = { wayOut: true, kubelet: true };
let folder = '';
let fleet: Fleet;

beforeAll(async () => {
  if (obstacles.length > 0) return;
  folder = await mkdtemp(join(tmpdir(), 'restitch-faults-'));
  fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 5 });
});
beforeEach((context) => {
  if (obstacles.length > 0) context.skip(`the lab cannot run here: ${obstacles.join('; ')}`);
});
afterEach(async () => {
  // It rejects unless every path and kubelet serves again.
  if (obstacles.length === 0) await fleet.clear();
});
afterAll(async () => {
  if (obstacles.length > 0) return;
  await fleet.down();
  await rm(folder, { recursive: true, force: true });
});

/** Both directions between a host and others. */
const between = (host: string, ...others: readonly string[]) =>
  others.flatMap((other) => [`${host} → ${other}`, `${other} → ${host}`]);
const everythingOfGpu1 = between('gpu-1', 'hub-1', 'cloud-1', 'gpu-2');
const kubeletOfGpu1 = 'control plane → kubelet of gpu-1';

describe('the paths that a fault breaks, and no others', () => {
  it.each([
    ['hub-allowed-ips-stolen', [...everythingOfGpu1, kubeletOfGpu1]],
    ['fdb-one-peer-missing', between('gpu-1', 'gpu-2')],
    ['vxlan-recreated-empty', everythingOfGpu1],
    ['vxlan-wrong-mac', everythingOfGpu1],
    ['hub-neighbour-stale', between('gpu-1', 'hub-1')],
    ['route-escaped-one-pod', ['gpu-1 → hub-1']],
    ['tunnel-route-missing', between('gpu-1', 'hub-1', 'cloud-1')],
    ['ip-forward-off', ['hub-1 → gpu-1', 'cloud-1 → gpu-1', 'gpu-2 → gpu-1']],
    ['vxlan-filtered-on-node', everythingOfGpu1],
    ['kubelet-firewalled', [kubeletOfGpu1]],
    ['overlay-mtu-above-tunnel', []],
    ['deleted-peer-leftovers', []],
  ])('%s', async (name, broken) => {
    await fleet.inject(name);
    expect((await checkFleet(fleet)).broken.toSorted()).toEqual(broken.toSorted());
    expect(await fleet.vitals('gpu-1')).toEqual(alive);
  });
});

describe('what only the host itself can tell', () => {
  it.each([
    ['kubelet-hung', { wayOut: true, kubelet: false }],
    ['wireguard-daemon-killed', alive],
  ])('%s', async (name, vitals) => {
    await fleet.inject(name);
    expect(await fleet.vitals('gpu-1')).toEqual(vitals);
    expect(await fleet.vitals('gpu-2')).toEqual(alive);
    expect((await checkFleet(fleet)).broken).toContain(kubeletOfGpu1);
  });

  it('is that its uplink is down', async () => {
    await fleet.inject('node-uplink-down');
    expect(await fleet.vitals('gpu-1')).toEqual({ wayOut: false, kubelet: true });
    expect(await fleet.vitals('gpu-2')).toEqual(alive);
    expect((await checkFleet(fleet)).broken).toContain(kubeletOfGpu1);
  });

  it('a lowered path loses full-size packets and none of the small ones', async () => {
    await fleet.inject('path-mtu-1400');
    const ping = async (bytes: string) =>
      (
        await fleet.exec('gpu-1', {
          argv: ['ping', '-n', '-c', '2', '-W', '1', '-s', bytes, '10.42.0.0'],
          timeoutMs: 9_000,
        })
      ).code;
    expect([await ping('56'), await ping('1340')]).toEqual([0, 1]);
  });
});

describe('clear', () => {
  it('heals a fleet of which every process was killed', async () => {
    const names = namesFor(folder);
    for (const { name } of fleet.hosts) {
      const { stdout } = await runProgram(['ip', 'netns', 'pids', names.of(name)]);
      await runProgram(['kill', '-KILL', ...stdout.trim().split('\n')]);
    }
    expect(await fleet.vitals('gpu-1')).toEqual({ wayOut: false, kubelet: false });
    const off = { code: null, timedOut: false, stdout: '', stderr: 'gpu-1 is off\n' };
    const enter = () => fleet.exec('gpu-1', { argv: ['true'], timeoutMs: 1_000 });
    await expect.poll(enter, { timeout: 10_000 }).toEqual(off);
    await fleet.clear();
    expect(await checkFleet(fleet)).toEqual(healthy);
  });

  it('heals a fleet that lost a namespace, and keeps what hosts keep', async () => {
    await fleet.exec('gpu-1', { argv: ['sh', '-c', 'echo kept >/var/lib/restitch/mark'], timeoutMs: 5_000 });
    await runProgram(['ip', 'netns', 'del', namesFor(folder).of('nat1')]);
    await fleet.clear();
    const said = await fleet.exec('gpu-1', { argv: ['cat', '/var/lib/restitch/mark'], timeoutMs: 5_000 });
    expect(said.stdout).toBe('kept\n');
    expect(await checkFleet(fleet)).toEqual(healthy);
  });
});
