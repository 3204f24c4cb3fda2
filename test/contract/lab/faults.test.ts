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
const kubeletOfGpu1 = 'control plane → kubelet of gpu-1';

describe('the paths that a fault breaks, and no others', () => {
  it('cloud-route-missing', async () => {
    await fleet.inject('cloud-route-missing');
    const broken = [...between('cloud-1', 'gpu-1'), ...between('cloud-1', 'gpu-2')];
    expect((await checkFleet(fleet)).broken.toSorted()).toEqual(broken.toSorted());
    expect(await fleet.vitals('gpu-1')).toEqual(alive);
  });
});

describe('what only the host itself can tell', () => {
  it('is that its uplink is down', async () => {
    await fleet.inject('node-uplink-down');
    expect(await fleet.vitals('gpu-1')).toEqual({ wayOut: false, kubelet: true });
    expect(await fleet.vitals('gpu-2')).toEqual(alive);
    expect((await checkFleet(fleet)).broken).toContain(kubeletOfGpu1);
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
});

describe('a step that fails', () => {
  it('ends the injection with its place, its command and its words', async () => {
    await fleet.inject('vxlan-missing');
    await expect(fleet.inject('vxlan-missing')).rejects.toThrow(
      /^vxlan-missing in gpu-1: ip link del flannel\.1: exit 1: Cannot find device/,
    );
  });
});
