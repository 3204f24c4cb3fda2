import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

const read = async (place: string, ...argv: [string, ...string[]]) =>
  (await fleet.exec(place, { argv, timeoutMs: 15_000 })).stdout;
const podRoutes = async (host: string) =>
  (await read(host, 'ip', 'route')).split('\n').flatMap((line) => (line.startsWith('10.42.') ? [line.trim()] : []));
/** Full size is 1420 bytes, all that wg0 carries. */
const ping = async (from: string, to: string, payloadBytes: number) => {
  const address = fleet.hosts.find(({ name }) => name === to)?.node.podCIDR.replace(/0\/24$/, '2') ?? '';
  const argv = [
    'ping',
    '-n',
    '-M',
    'do',
    '-c',
    '2',
    '-i',
    '0.2',
    '-W',
    '1',
    '-s',
    String(payloadBytes),
    address,
  ] as const;
  return (await fleet.exec(`pod-${from}`, { argv, timeoutMs: 9_000 })).code;
};
const peersOf = (host: string) => fleet.hosts.map(({ name }) => name).filter((name) => name !== host);

describe('the fleet whose flannel makes routes only', () => {
  it('comes up healthy: every pod path and every kubelet answers, at full size too', async () => {
    expect(await checkFleet(fleet)).toEqual(healthy);
    const pairs = fleet.hosts.flatMap(({ name }) => peersOf(name).map((peer) => [name, peer] as const));
    expect(await Promise.all(pairs.map(([from, to]) => ping(from, to, 1392)))).toEqual(pairs.map(() => 0));
  });

  it('has no device of flannel, and one route per peer through wg0', async () => {
    expect(await read('gpu-1', 'ip', 'link')).not.toContain('flannel');
    expect(await podRoutes('gpu-1')).toEqual([
      '10.42.0.0/24 via 10.200.0.1 dev wg0',
      '10.42.1.0/24 via 10.200.0.20 dev wg0',
      '10.42.11.0/24 dev cni0 proto kernel scope link src 10.42.11.1',
      '10.42.12.0/24 via 10.200.0.12 dev wg0',
    ]);
    expect(await read('cloud-1', 'cat', '/run/flannel/subnet.env')).toContain('FLANNEL_MTU=1420');
  });

  it('has every node in the tunnel, whose peers carry the pods', async () => {
    const allowed = async (host: string) =>
      (await read(host, 'wg', 'show', 'wg0', 'allowed-ips'))
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[1]);
    expect((await allowed('hub-1')).toSorted()).toEqual([
      '10.200.0.11/32 10.42.11.0/24',
      '10.200.0.12/32 10.42.12.0/24',
      '10.200.0.20/32 10.42.1.0/24',
    ]);
    expect(await allowed('gpu-1')).toEqual(['10.200.0.0/24 10.42.0.0/16']);
    expect(await allowed('cloud-1')).toEqual(['10.200.0.0/24 10.42.0.0/16']);
    const node = fleet.hosts.find(({ name }) => name === 'cloud-1')?.node;
    expect(node?.labels).toMatchObject({ 'restitch.dev/hub': 'hub-1' });
    expect(node?.annotations).toMatchObject({
      'flannel.alpha.coreos.com/backend-type': 'host-gw',
      'flannel.alpha.coreos.com/backend-data': 'null',
      'flannel.alpha.coreos.com/public-ip': '10.200.0.20',
    });
  });
});

describe('its flanneld', () => {
  const restart = async (host: string) => {
    await read(host, 'rm', '/run/flannel/subnet.env');
    await read(host, 'pkill', '-x', 'flanneld');
    await expect.poll(() => read(host, 'cat', '/run/flannel/subnet.env'), { timeout: 10_000 }).toContain('MTU=1420');
  };

  it('puts routes back that a bounced wg0 lost, within its 10 s', async () => {
    const before = await podRoutes('gpu-1');
    await read('gpu-1', 'sh', '-c', 'ip link set wg0 down; ip link set wg0 up');
    expect(await podRoutes('gpu-1')).toHaveLength(1);
    await expect.poll(() => podRoutes('gpu-1'), { timeout: 15_000, interval: 500 }).toEqual(before);
    await expect.poll(() => checkFleet(fleet), { timeout: 15_000 }).toEqual(healthy);
  });

  it.each(['host-gw-peer-route-missing', 'host-gw-route-escaped'])(
    'mends %s when it starts again, and not before',
    async (fault) => {
      await fleet.inject(fault);
      await sleep(11_000);
      expect((await checkFleet(fleet)).broken).toEqual(['gpu-1 → gpu-2']);
      await restart('gpu-1');
      expect(await checkFleet(fleet)).toEqual(healthy);
    },
  );
});

describe('its faults', () => {
  const others = ['hub-1', 'cloud-1', 'gpu-2'];
  const fromNode = others.map((peer) => `gpu-1 → ${peer}`);
  const toPodsOfNode = others.map((peer) => `${peer} → gpu-1`);

  it.each([
    ['host-gw-peer-route-missing', ['gpu-1 → gpu-2']],
    ['host-gw-route-escaped', ['gpu-1 → gpu-2']],
    ['host-gw-routes-lost', fromNode],
    ['host-gw-allowed-ips-missing', fromNode],
    ['host-gw-hub-route-missing', toPodsOfNode],
    ['host-gw-hub-allowed-ips-missing', toPodsOfNode],
  ])('%s breaks the paths that it is about, and clear heals them', async (fault, broken) => {
    await fleet.inject(fault);
    expect((await checkFleet(fleet)).broken.toSorted()).toEqual(broken.toSorted());
    await fleet.clear();
    expect(await checkFleet(fleet)).toEqual(healthy);
  });

  it('of MTU loses full-size packets only', async () => {
    await fleet.inject('host-gw-path-mtu-lowered');
    expect([await ping('gpu-1', 'hub-1', 56), await ping('cloud-1', 'gpu-1', 56)]).toEqual([0, 0]);
    expect([await ping('gpu-1', 'hub-1', 1392), await ping('cloud-1', 'gpu-1', 1392)]).toEqual([1, 1]);
    expect(await ping('gpu-2', 'cloud-1', 1392)).toBe(0);
    await fleet.clear();
  });
});
