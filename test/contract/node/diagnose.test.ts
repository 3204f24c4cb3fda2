import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { mustRun } from '../../../lab/run-program.ts';
import { randomNumbers } from '../../fakes/random-numbers.ts';
import {
  createHealthyPair,
  diagnoseOn,
  diagnoseParameters,
  PEER_KEY,
  PRESHARED_KEY,
  PRIVATE_KEY,
  PUBLIC_KEY,
  wgDump,
  wgThatDumps,
} from './diagnosed-node.ts';
import type { NamespaceNode, NamespacePair, RunOptions } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

describe.skipIf(obstacles.length > 0)(`the diagnose document on a real kernel${why}`, () => {
  let pair: NamespacePair;
  let node: NamespaceNode;

  beforeEach(async () => {
    pair = await createHealthyPair();
    node = pair.node;
  });
  afterEach(() => pair.remove());

  const diagnose = (others: Readonly<Record<string, string>> = {}, options: RunOptions = {}) =>
    diagnoseOn(node, others, options);

  it('reads device, neighbours, forwarding entries and routes', async () => {
    const { evidence, code } = await diagnose({}, { programs: { wg: wgThatDumps } });
    expect(code).toBe(0);
    expect(evidence.links).toContainEqual({
      name: 'flannel.1',
      kind: 'vxlan',
      up: true,
      mtuBytes: 1450,
      mac: '02:00:00:00:00:01',
      vxlan: { vni: 1, port: 8472, local: '192.0.2.1', dev: 'wire0', learning: false },
    });
    expect(evidence.addresses).toContainEqual(['flannel.1', '10.42.1.0/32']);
    expect(evidence.neighbours).toContainEqual(['10.42.2.0', '02:00:00:00:00:02', 'PERMANENT']);
    expect(evidence.fdb).toEqual([['02:00:00:00:00:02', '192.0.2.2']]);
    expect(evidence.routes).toContainEqual(['10.42.2.0/24', '10.42.2.0', 'flannel.1', true, 0, 'boot', null, null, 0]);
    expect(evidence.sysctls).toMatchObject({ 'net.ipv4.ip_forward': 0, 'net.ipv4.conf.flannel.1.rp_filter': 0 });
    expect(evidence.probes).toEqual([]);
    expect(evidence.unseen).toEqual([]);
  });

  it('tells by a packet that expires behind the peer whether the way there carries the size', async () => {
    for (const line of [
      'ip link add cni0 type bridge',
      'ip addr add 10.42.2.1/24 dev cni0',
      'ip link set cni0 up',
      'sysctl -q -w net.ipv4.ip_forward=1',
    ])
      await pair.onPeer(line);
    const probes = 'hop-b/10.42.2.254/56/hop,fullhop-b/10.42.2.254/1422/hop,overhop-b/10.42.2.254/1423/hop';
    const { evidence } = await diagnose({ probes }, { programs: { wg: wgThatDumps } });
    const seen = evidence.probes.map(({ name, mode, received, tooLong }) => [name, mode, received > 0, tooLong]);
    expect(seen.toSorted()).toEqual(
      [
        ['hop-b', 'hop', true, false],
        ['fullhop-b', 'hop', true, false],
        ['overhop-b', 'hop', false, true],
      ].toSorted(),
    );
  });

  it('names the pods that answer, their MTUs, and how many addresses are given out', async () => {
    for (const line of [
      'ip link add cni0 type bridge',
      'ip addr add 10.99.0.1/24 dev cni0',
      'ip link set cni0 up',
      'ip neigh replace 10.99.0.9 lladdr 02:00:00:00:00:09 dev cni0 nud permanent',
    ])
      await node.exec(line);
    const podNamespace = node.name.replace(/a$/, 'b');
    await node.exec(`ip link add pod0 mtu 1300 type veth peer name eth9 mtu 1300 netns ${podNamespace}`);
    await node.exec('ip link set pod0 master cni0 up');
    await pair.onPeer('ip addr add 10.99.0.2/24 dev eth9');
    await pair.onPeer('ip link set eth9 up');
    await node.exec('ping -c 1 -W 2 10.99.0.2');
    const networks = join(node.root, 'var/lib/cni/networks/cbr0');
    await mkdir(networks, { recursive: true });
    for (const file of ['10.99.0.2', '10.42.1.3', 'last_reserved_ip.0']) await writeFile(join(networks, file), '');
    const { evidence } = await diagnose({}, { programs: { wg: wgThatDumps } });
    expect(evidence.pods).toEqual({
      addresses: ['10.99.0.2'],
      mtus: [[1300, 1]],
      allocated: 2,
      veths: 1,
      vethsDown: 0,
      silent: ['10.42.1.3'],
      networks: ['cbr0'],
    });

    await node.exec('ip neigh flush dev cni0');
    const quiet = await diagnose({}, { programs: { wg: wgThatDumps } });
    expect(quiet.evidence.pods.addresses).toEqual(['10.99.0.2']);

    // a permanent neighbour: the kernel forgets others soon after the bridge has lost its last port
    await node.exec('ip neigh replace 10.99.0.2 lladdr 02:00:00:00:99:02 dev cni0 nud permanent');
    await node.exec('ip link set pod0 down');
    for (let last = 10; last < 30; last++) await writeFile(join(networks, `10.99.0.${last}`), '');
    const down = await diagnose({}, { programs: { wg: wgThatDumps } });
    expect(down.evidence.pods).toMatchObject({ addresses: [], allocated: 22, veths: 1, vethsDown: 1 });
    // the pod that is down, and 8 of those that no neighbour table has
    expect(down.evidence.pods.silent).toHaveLength(9);
  });

  it('reads WireGuard without a secret in any output', async () => {
    const { evidence, output } = await diagnose({}, { programs: { wg: wgThatDumps } });
    expect(evidence.wireguard).toEqual({
      interface: 'wg0',
      publicKey: PUBLIC_KEY,
      listenPort: 51820,
      peers: [
        {
          publicKey: PEER_KEY,
          endpoint: '198.51.100.7:4500',
          allowedIps: ['10.200.0.11/32', '10.0.0.0/16'],
          latestHandshakeAt: 1_700_000_000,
          receivedBytes: 4_294_967_296,
          sentBytes: 12,
          keepaliveSeconds: 25,
        },
        expect.objectContaining({ endpoint: null, allowedIps: [], latestHandshakeAt: 0, keepaliveSeconds: 0 }),
      ],
    });
    expect(output).not.toContain(PRIVATE_KEY);
    expect(output).not.toContain(PRESHARED_KEY);
  });

  it('changes nothing and leaves nothing', async () => {
    const before = await node.tables();
    await diagnose({ probes: 'vtep-b/10.42.2.0/56/echo' }, { programs: { wg: wgThatDumps } });
    expect(await node.tables()).toBe(before);
    expect(await readdir(join(node.root, 'run/restitch'))).toEqual([]);
  });

  it('reads what flanneld told the CNI plug-in', async () => {
    await mkdir(join(node.root, 'run/flannel'), { recursive: true });
    await writeFile(
      join(node.root, 'run/flannel/subnet.env'),
      'FLANNEL_NETWORK=10.42.0.0/16\nFLANNEL_SUBNET=10.42.1.1/24\nFLANNEL_MTU=1450\n',
    );
    const { evidence } = await diagnose({}, { programs: { wg: wgThatDumps } });
    expect(evidence.subnetEnv).toEqual({ network: '10.42.0.0/16', subnet: '10.42.1.1/24', mtuBytes: 1450 });
  });

  it('keeps a route’s own MTU, host routes and their prefix', async () => {
    await node.exec('ip route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink mtu lock 1300');
    await node.exec('ip route add 198.51.100.10 dev wire0');
    const { evidence } = await diagnose({}, { programs: { wg: wgThatDumps } });
    expect(evidence.routes).toContainEqual([
      '10.42.2.0/24',
      '10.42.2.0',
      'flannel.1',
      true,
      1300,
      'boot',
      null,
      null,
      0,
    ]);
    expect(evidence.routes).toContainEqual(['198.51.100.10/32', null, 'wire0', false, 0, 'boot', 'link', null, 0]);
  });

  describe('what cannot be measured', () => {
    it('does not count a device that is not there as unseen', async () => {
      await node.exec('ip link del flannel.1');
      await node.exec('ip link del wg0');
      const { evidence } = await diagnose();
      expect(evidence).toMatchObject({ neighbours: [], fdb: [], wireguard: null, unseen: [] });
      expect(evidence.links.map(({ name }) => name)).not.toContain('flannel.1');
    });

    it('reports a path without a route as one that nothing came back on', async () => {
      const { evidence } = await diagnose({ probes: 'none/203.0.113.9/56/echo' }, { programs: { wg: wgThatDumps } });
      expect(evidence.probes).toMatchObject([{ name: 'none', sent: 10, received: 0, tooLong: false }]);
    });
  });

  it.each([
    ['flannelDevice', 'flannel.1; reboot'],
    ['flannelDevice', '../../etc'],
    ['wireguardDevice', '-a'],
    ['probes', 'a/10.42.2.0/56'],
    ['probes', 'a/10.42.2.0/56/flood'],
    ['probes', 'a/10.42.2.0/56/echo -f'],
    ['focus', 'key;reboot'],
    ['focus', '$(reboot)'],
    ['probes', 'a/$(reboot)/56/echo'],
    ['probes', 'a/10.42.2.0/56/echo\nb/10.42.2.0/56/echo'],
    ['probes', 'a/-f/56/echo'],
  ])('refuses %s %j', async (name, value) => {
    const result = await node.run('diagnose', { ...diagnoseParameters, [name]: value });
    expect(JSON.parse(result.stdout)).toMatchObject({ status: 'refused' });
    expect(result.code).toBe(3);
  });

  describe('in a large fleet', () => {
    const hex = (n: number) => n.toString(16).padStart(2, '0');
    const pod = (n: number) => `10.${43 + Math.floor(n / 250)}.${n % 250}`;

    async function fill(peers: number, mac: (n: number) => string): Promise<void> {
      const numbers = Array.from({ length: peers }, (_, n) => n);
      const ip = numbers.flatMap((n) => [
        `neigh replace ${pod(n)}.0 lladdr ${mac(n)} dev flannel.1 nud permanent`,
        `route replace ${pod(n)}.0/24 via ${pod(n)}.0 dev flannel.1 onlink`,
      ]);
      const fdb = numbers.map(
        (n) => `fdb replace ${mac(n)} dev flannel.1 dst 192.0.${2 + (n % 5)}.${n % 250} self permanent`,
      );
      await mustRun(['ip', '-n', node.name, '-batch', '-'], { stdin: `${ip.join('\n')}\n` });
      await mustRun(['bridge', '-n', node.name, '-batch', '-'], { stdin: `${fdb.join('\n')}\n` });
    }

    const checkSize = (evidence: NodeEvidence, output: string, peers: number) => {
      expect(output.length).toBeLessThan(24_000);
      expect(evidence.routes.length).toBeGreaterThanOrEqual(peers);
    };

    it('fits every table of 1000 peers into one command’s output', async () => {
      const peers = 1000;
      await fill(peers, (n) => `0a:58:0a:2a:${hex(n >> 8)}:${hex(n & 0xff)}`.replace(/:2a:/, ':2b:'));
      const { evidence, output } = await diagnose({}, { programs: { wg: wgThatDumps } });
      checkSize(evidence, output, peers);
      expect(evidence.unseen).toEqual([]);
      expect(evidence.neighbours).toHaveLength(peers + 1);
      expect(evidence.fdb).toHaveLength(peers + 1);
    });

    it('fits random addresses as well, because what belongs together is one row', async () => {
      const peers = 1000;
      const random = randomNumbers(1);
      const macs = Array.from({ length: peers }, () => ['02', ...bytes(random, 5).map(hex)].join(':'));
      await fill(peers, (n) => macs[n] ?? '');
      const { evidence, output } = await diagnose({}, { programs: { wg: wgThatDumps } });
      checkSize(evidence, output, peers);
      expect(evidence.unseen).toEqual([]);
      expect(evidence.neighbours).toHaveLength(peers + 1);
      expect(evidence.fdb).toHaveLength(peers + 1);
    });

    it('does not take flushed forwarding entries for left out ones', async () => {
      const peers = 1000;
      const random = randomNumbers(2);
      const macs = Array.from({ length: peers }, () => ['02', ...bytes(random, 5).map(hex)].join(':'));
      await fill(peers, (n) => macs[n] ?? '');
      const flush = macs.map((mac, n) => `fdb del ${mac} dev flannel.1 dst 192.0.${2 + (n % 5)}.${n % 250} self`);
      await mustRun(['bridge', '-n', node.name, '-batch', '-'], { stdin: `${flush.join('\n')}\n` });
      const { evidence, output } = await diagnose({}, { programs: { wg: wgThatDumps } });
      checkSize(evidence, output, peers);
      expect(evidence.unseen.map(({ what }) => what)).not.toContain('fdb');
      expect(evidence.fdb.length).toBeLessThanOrEqual(1);
      expect(evidence.neighbours).toHaveLength(peers + 1);
    });

    it.each([
      [1_450, ['wireguard-others', 'fdb']],
      [1_800, ['wireguard-others', 'fdb', 'neighbours']],
    ])('says what it leaves out of %i peers', async (peers, left) => {
      const random = randomNumbers(1);
      const macs = Array.from({ length: peers }, () => ['02', ...bytes(random, 5).map(hex)].join(':'));
      await fill(peers, (n) => macs[n] ?? '');
      const { evidence, output } = await diagnose({}, { programs: { wg: wgThatDumps } });
      checkSize(evidence, output, peers);
      expect(evidence.unseen.map(({ what }) => what)).toEqual(left);
      expect(evidence.fdb).toEqual([]);
      expect(evidence.neighbours).toHaveLength(left.includes('neighbours') ? 0 : peers + 1);
    });

    it('leaves out IPv6 before any table of IPv4', async () => {
      const peers = 900;
      const random = randomNumbers(5);
      const mac = () => ['02', ...bytes(random, 5).map(hex)].join(':');
      const macs = Array.from({ length: peers }, mac);
      await fill(peers, (n) => macs[n] ?? '');
      await node.execAll([
        'ip link add flannel-v6.1 type vxlan id 1 dstport 8472 local ::1 nolearning',
        'ip link set flannel-v6.1 up',
      ]);
      const second = macs.flatMap((_, n) => [
        `neigh replace fd00:42:0:${hex(n)}:: lladdr ${mac()} dev flannel-v6.1 nud permanent`,
        `route replace fd00:42:0:${hex(n)}::/64 via fd00:42:0:${hex(n)}:: dev flannel-v6.1 onlink`,
      ]);
      await mustRun(['ip', '-n', node.name, '-batch', '-'], { stdin: `${second.join('\n')}\n` });
      const { evidence, output } = await diagnose(
        { flannelDeviceV6: 'flannel-v6.1' },
        { programs: { wg: wgThatDumps } },
      );
      checkSize(evidence, output, peers);
      expect(evidence.unseen.map(({ what }) => what)).toEqual(['wireguard-keys', 'ipv6']);
      expect(evidence.ipv6).toBeUndefined();
      expect(evidence.fdb).toHaveLength(peers + 1);
    });

    it('keeps the tunnel peers that it was asked for, by key or address, when all are too many', async () => {
      const random = randomNumbers(3);
      const keys = Array.from({ length: 1200 }, () => Buffer.from(bytes(random, 32)).toString('base64'));
      const lines = keys.map((key, n) =>
        [key, '(none)', `203.0.${n % 256}.${random() % 256}:${random() % 65536}`, `10.${n >> 8}.${n & 255}.7/32`]
          .concat([String(1_700_000_000 + (random() % 120)), String(random()), String(random()), 'off'])
          .join('\t'),
      );
      const dump = join(node.root, 'dump');
      await writeFile(dump, `${[wgDump.split('\n')[0], ...lines].join('\n')}\n`);
      const focus = `10.0.5.7,${keys[900]}`;
      const { evidence, output } = await diagnose({ focus }, { programs: { wg: `cat '${dump}'` } });
      expect(output.length).toBeLessThan(24_000);
      expect(evidence.unseen.map(({ what }) => what)).toEqual(['wireguard-others']);
      expect(evidence.wireguard?.peers.map(({ publicKey }) => publicKey)).toEqual([keys[5], keys[900]]);
    });

    it('cuts the keys of a hub’s peers before it leaves out a table', async () => {
      const random = randomNumbers(7);
      const lines = Array.from({ length: 150 }, (_, n) =>
        [
          Buffer.from(bytes(random, 32)).toString('base64'),
          PRESHARED_KEY,
          `${random() % 256}.${random() % 256}.${random() % 256}.${random() % 256}:${random() % 65536}`,
          `10.200.${n >> 8}.${n & 255}/32`,
          String(1_700_000_000 + (random() % 120)),
          String(random()),
          String(random()),
          'off',
        ].join('\t'),
      );
      const dump = `cat <<'DUMP'\n${[wgDump.split('\n')[0], ...lines, ...lines.map((line) => `x${line.slice(1)}`)].join('\n')}\nDUMP`;
      const { evidence, output } = await diagnose({}, { programs: { wg: dump } });
      expect(output.length).toBeLessThan(24_000);
      expect(evidence.unseen.map(({ what }) => what)).toEqual(['wireguard-keys']);
      expect(evidence.wireguard?.peers).toHaveLength(300);
      expect(evidence.fdb).toHaveLength(1);
    });
  });
});

function bytes(random: () => number, count: number): readonly number[] {
  return Array.from({ length: count }, () => random() % 256);
}
