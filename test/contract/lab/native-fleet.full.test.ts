import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namesFor } from '../../../lab/namespaces/names.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { presentNamespaces } from '../../../lab/namespaces/take-down.ts';

const obstacles = await namespaceObstacles();
const healthy = { healthy: true, broken: [] };
let folder = '';
let fleet: Fleet;

beforeAll(async () => {
  if (obstacles.length > 0) return;
  folder = await mkdtemp(join(tmpdir(), 'restitch-native-'));
  fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 5, backend: 'wireguard-native' });
});
beforeEach((context) => {
  if (obstacles.length > 0) context.skip(`the lab cannot run here: ${obstacles.join('; ')}`);
});
afterAll(async () => {
  if (obstacles.length > 0) return;
  await fleet.down();
  await rm(folder, { recursive: true, force: true });
});

const read = async (host: string, ...argv: [string, ...string[]]) =>
  (await fleet.exec(host, { argv, timeoutMs: 15_000 })).stdout;
const ping = async (host: string, bytes: string, address: string) =>
  (
    await fleet.exec(host, {
      argv: ['ping', '-n', '-M', 'do', '-c', '2', '-i', '0.2', '-W', '1', '-s', bytes, address],
      timeoutMs: 9_000,
    })
  ).code;
const keyOf = (host: string): string => {
  const node = fleet.hosts.find(({ name }) => name === host)?.node;
  return JSON.parse(node?.annotations['flannel.alpha.coreos.com/backend-data'] ?? '{}').PublicKey;
};

describe('the fleet whose flannel runs WireGuard itself', () => {
  it('comes up healthy: every pod path and every kubelet answers', async () => {
    expect(await checkFleet(fleet)).toEqual(healthy);
  });

  it('has flannel-wg as flanneld makes it, beside wg0', async () => {
    expect(await read('gpu-1', 'ip', 'addr', 'show', 'flannel-wg')).toMatch(/mtu 1340[\s\S]*inet 10\.42\.11\.0\/32 /);
    expect(await read('hub-1', 'ip', 'link', 'show', 'flannel-wg')).toContain('mtu 8921');
    expect(await read('gpu-1', 'ip', 'route')).toContain('10.42.0.0/16 dev flannel-wg scope link');
    expect(await read('gpu-1', 'cat', '/run/flannel/subnet.env')).toContain('FLANNEL_MTU=1340');
    expect(await read('gpu-1', 'wg', 'show', 'interfaces')).toMatch(/^(wg0 flannel-wg|flannel-wg wg0)$/m);
    expect(await read('gpu-1', 'ip', 'link')).not.toContain('flannel.1');
  });

  it('knows every other node by the key of its Node object, for its pods', async () => {
    const allowed = (await read('gpu-1', 'wg', 'show', 'flannel-wg', 'allowed-ips')).trim().split('\n');
    expect(allowed.toSorted()).toEqual(
      [
        `${keyOf('hub-1')}\t10.42.0.0/24`,
        `${keyOf('cloud-1')}\t10.42.1.0/24`,
        `${keyOf('gpu-2')}\t10.42.12.0/24`,
      ].toSorted(),
    );
    expect((await read('gpu-1', 'wg', 'show', 'flannel-wg', 'public-key')).trim()).toBe(keyOf('gpu-1'));
    expect((await read('gpu-1', 'sh', '-c', 'wg pubkey </run/flannel/wgkey')).trim()).toBe(keyOf('gpu-1'));
    expect((await read('gpu-1', 'wg', 'show', 'flannel-wg', 'listen-port')).trim()).toBe('51821');
    const node = fleet.hosts.find(({ name }) => name === 'gpu-1')?.node;
    expect(node?.annotations).toMatchObject({
      'flannel.alpha.coreos.com/backend-type': 'wireguard',
      'flannel.alpha.coreos.com/public-ip': '10.200.0.11',
    });
  });

  it('lets its outer packets be fragmented, as the kernel does, also when the link was down meanwhile', async () => {
    expect(await ping('hub-1', '8893', '10.42.11.0')).toBe(0);
    expect(await ping('cloud-1', '8893', '10.42.11.0')).toBe(0);
    await read('hub-1', 'sh', '-c', 'ip link set flannel-wg down; ip link set flannel-wg up');
    await read('hub-1', 'ip', 'route', 'add', '10.42.0.0/16', 'dev', 'flannel-wg');
    await expect.poll(() => ping('hub-1', '8893', '10.42.11.0'), { timeout: 15_000 }).toBe(0);
  });

  it('refuses a fault of the other backend, and says why', async () => {
    await expect(fleet.inject('fdb-flushed')).rejects.toThrow(
      'fdb-flushed needs a fleet whose flannel runs vxlan: this one runs wireguard-native',
    );
  });

  it('is taken over as it is, and not by a fleet of the other backend', async () => {
    const again = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: null });
    expect(again.hosts).toEqual(fleet.hosts);
    await expect(
      createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: null, backend: 'vxlan' }),
    ).rejects.toThrow('runs wireguard-native: take it down before one of vxlan');
    expect(await checkFleet(again)).toEqual(healthy);
  });
});

describe('its flanneld, when it is started again', () => {
  const restart = async () => {
    const flanneld = (await read('gpu-1', 'pgrep', '--ns', '1', '--nslist', 'net', '-x', 'flanneld')).trim();
    await read('gpu-1', 'rm', '/run/flannel/subnet.env');
    await read('gpu-1', 'kill', flanneld);
    await expect.poll(() => read('gpu-1', 'cat', '/run/flannel/subnet.env'), { timeout: 10_000 }).toContain('MTU=1340');
  };

  it.each(['native-device-missing', 'native-own-key-unannounced'])('makes its device anew after %s', async (fault) => {
    await fleet.inject(fault);
    await restart();
    await expect.poll(() => checkFleet(fleet), { timeout: 15_000 }).toEqual(healthy);
    expect((await read('gpu-1', 'wg', 'show', 'flannel-wg', 'public-key')).trim()).toBe(keyOf('gpu-1'));
  });
});

describe('its faults', () => {
  it('break the paths that they are about, and clear heals them', async () => {
    await fleet.inject('native-peer-missing');
    expect((await checkFleet(fleet)).broken.toSorted()).toEqual(['gpu-1 → gpu-2', 'gpu-2 → gpu-1']);
    await fleet.clear();
    expect(await checkFleet(fleet)).toEqual(healthy);
  });

  it('of MTU lose full-size packets where fragments are dropped, and nowhere else', async () => {
    await fleet.inject('native-mtu-above-tunnel');
    expect([await ping('gpu-1', '1392', '10.42.0.0'), await ping('gpu-1', '1392', '10.42.12.0')]).toEqual([0, 0]);
    await fleet.clear();
    await fleet.inject('native-mtu-fragments-dropped');
    expect([await ping('gpu-1', '56', '10.42.0.0'), await ping('gpu-1', '1312', '10.42.0.0')]).toEqual([0, 0]);
    expect([await ping('gpu-1', '1392', '10.42.0.0'), await ping('gpu-1', '1392', '10.42.12.0')]).toEqual([1, 1]);
    await fleet.clear();
  });
});

describe('a folder', () => {
  it('keeps its backend over down, unless another is asked for', async () => {
    const keys = fleet.hosts.map(({ name }) => keyOf(name));
    await fleet.down();
    expect(await presentNamespaces(namesFor(folder))).toEqual([]);
    fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 5 });
    expect(fleet.hosts.map(({ name }) => keyOf(name))).toEqual(keys);
    await fleet.down();
    fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 5, backend: 'vxlan' });
    expect(await read('gpu-1', 'ip', 'link')).toContain('flannel.1');
    expect(await checkFleet(fleet)).toEqual(healthy);
  });
});
