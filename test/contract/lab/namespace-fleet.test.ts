import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namesFor } from '../../../lab/namespaces/names.ts';
import { presentNamespaces } from '../../../lab/namespaces/take-down.ts';
import { startOwner } from './fleet-owner.ts';
import { labFolders, obstacles } from './lab-folders.ts';

const makeFolder = labFolders();

describe('the fleet of network namespaces', () => {
  let fleet: Fleet;
  let folder = '';

  beforeAll(async () => {
    if (obstacles.length > 0) return;
    folder = await makeFolder();
    fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 5 });
  });

  afterAll(async () => {
    if (obstacles.length === 0) await fleet.down();
  });

  it('comes up healthy: every pod path and every kubelet answers', async () => {
    expect(await checkFleet(fleet)).toEqual({ healthy: true, broken: [] });
  });

  it('has flannel.1 as flanneld programs it', async () => {
    const read = async (...argv: [string, ...string[]]) =>
      (await fleet.exec('gpu-1', { argv, timeoutMs: 5_000 })).stdout;
    expect(await read('ip', '-d', 'link', 'show', 'flannel.1')).toMatch(
      /vxlan id 1 local 10\.200\.0\.11 dev wg0 .*dstport 8472 nolearning/,
    );
    expect(await read('ip', 'neigh', 'show', 'dev', 'flannel.1')).toMatch(
      /10\.42\.0\.0 lladdr 0a:58:0a:2a:00:00 PERMANENT/,
    );
    expect(await read('bridge', 'fdb', 'show', 'dev', 'flannel.1')).toMatch(
      /0a:58:0a:2a:00:00 dst 10\.0\.1\.10 self permanent/,
    );
    expect(await read('ip', 'route')).toMatch(/10\.42\.0\.0\/24 via 10\.42\.0\.0 dev flannel\.1 onlink/);
  });

  it('gives every host its own name, /run and durable folder', async () => {
    const said = await fleet.exec('gpu-2', {
      argv: ['sh', '-c', 'hostname; cat /run/flannel/subnet.env; echo kept > /var/lib/restitch/mark'],
      timeoutMs: 5_000,
    });
    expect(said.stdout).toMatch(/^gpu-2\n[\s\S]*FLANNEL_SUBNET=10\.42\.12\.1\/24/);
    expect(existsSync(join(folder, 'hosts', 'gpu-2', 'mark'))).toBe(true);
    expect(existsSync('/var/lib/restitch/mark')).toBe(false);
  });

  it('gives every host processes of its own, kubelet, flanneld and wireguard-go among them', async () => {
    const said = await fleet.exec('gpu-1', { argv: ['sh', '-c', 'cat /proc/[0-9]*/comm'], timeoutMs: 5_000 });
    const names = said.stdout.split('\n');
    for (const name of ['kubelet', 'flanneld', 'wireguard-go'])
      expect(names.filter((other) => other === name)).toEqual([name]);
  });

  it('knows the pod of a host as its bridge and its address plug-in do', async () => {
    const said = await fleet.exec('gpu-1', {
      argv: ['sh', '-c', 'ls /var/lib/cni/networks/cbr0; ip neigh show dev cni0'],
      timeoutMs: 5_000,
    });
    expect(said.stdout).toMatch(/^10\.42\.11\.2\nlast_reserved_ip\.0\n10\.42\.11\.2 lladdr /);
  });

  it('reaches the hub over IPv6 too, without a translation', async () => {
    const said = await fleet.exec('gpu-1', {
      argv: ['ping', '-n', '-c', '2', '-i', '0.2', '-W', '2', '2001:db8:0:1::10'],
      timeoutMs: 10_000,
    });
    expect(said.stdout).toMatch(/bytes from 2001:db8:0:1::10: /);
  });

  it('tells what a host can say over its own uplink', async () => {
    expect(await Promise.all(fleet.hosts.map(({ name }) => fleet.vitals(name)))).toEqual(
      fleet.hosts.map(() => ({ wayOut: true, kubelet: true })),
    );
  });

  it('refuses a fault that it does not know, and says which it knows', async () => {
    await expect(fleet.inject('no-such-fault')).rejects.toThrow('fdb-flushed');
  });

  it('ends a program at its time-out, with everything that it started', async () => {
    const result = await fleet.exec('gpu-1', { argv: ['sh', '-c', 'sleep 60 & sleep 60'], timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, code: null });
  });

  it('loses the paths that a fault breaks, and no others, until it is cleared', async () => {
    await fleet.inject('cloud-route-missing');
    const broken = ['gpu-1', 'gpu-2'].flatMap((gpu) => [`cloud-1 → ${gpu}`, `${gpu} → cloud-1`]);
    expect((await checkFleet(fleet)).broken.toSorted()).toEqual(broken.toSorted());
    expect(await fleet.vitals('gpu-1')).toEqual({ wayOut: true, kubelet: true });
    await fleet.clear();
    expect((await checkFleet(fleet)).broken).toEqual([]);
  });

  it('tells the place, the command and the words of a step that fails', async () => {
    await fleet.inject('vxlan-missing');
    await expect(fleet.inject('vxlan-missing')).rejects.toThrow(
      /^vxlan-missing in gpu-1: ip link del flannel\.1: exit 1: Cannot find device/,
    );
    await fleet.clear();
  });
});

describe('when the owner of a fleet is killed', () => {
  it('its keeper takes it down when nobody comes', async () => {
    const folder = await makeFolder();
    const owner = await startOwner(folder, 1);
    await owner.kill();
    while ((await presentNamespaces(namesFor(folder))).length > 0) await sleep(200);
    expect(existsSync(join(folder, 'hosts'))).toBe(true);
  });
});
