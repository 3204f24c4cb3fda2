import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { runProgram } from '../../../lab/run-program.ts';
import { buildWatchdogFrom } from '../../../monitoring/watchdog/build-watchdog.ts';
import {
  createHealthyPair,
  PEER_KEY,
  PRESHARED_KEY,
  PRIVATE_KEY,
  PUBLIC_KEY,
  wgThatDumps,
} from '../node/diagnosed-node.ts';
import { type NamespacePair, peerEntries, type RunOptions } from '../node/namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;
const script = buildWatchdogFrom();
const self =
  'self near overlay=vxlan device=flannel.1 tunnel=wg0 vni=1 ip=192.0.2.1 pods=10.42.1.0/24 mac=02:00:00:00:00:01 site=a';
const peer = 'peer far ip=192.0.2.2 pods=10.42.2.0/24 mac=02:00:00:00:00:02 site=b role=hub';

describe.skipIf(obstacles.length > 0)(`the watchdog on a real kernel${why}`, () => {
  let pair: NamespacePair;
  let expected = '';
  beforeAll(async () => {
    pair = await createHealthyPair();
    expected = join(pair.node.root, 'expected-network');
    await writeFile(expected, `${self}\n${peer}\n`);
  });
  afterAll(() => pair?.remove());

  const run = (more: Readonly<Record<string, string>> = {}, options: RunOptions = {}, text = script) =>
    pair.node.runScript(
      text,
      {
        WATCHDOG_OUT: '-',
        WATCHDOG_EXPECTED: expected,
        WATCHDOG_STATE: join(pair.node.root, 'state'),
        WATCHDOG_ROOT: pair.node.root,
        ...more,
      },
      options,
    );
  const metrics = async (...how: Parameters<typeof run>) => {
    const { stdout, stderr, code } = await run(...how);
    if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
    return stdout;
  };
  /** Puts the near node in order again. */
  const mend = () => pair.node.execAll([...peerEntries]);

  it('says of a healthy node that every entry is there and every packet is answered', async () => {
    const text = await metrics();
    expect(text).toContain('vxlan_fdb_entries_total{node="near",device="flannel.1"} 1\n');
    expect(text).toContain('vxlan_stale_neighbor_entries{node="near",device="flannel.1"} 0\n');
    expect(text).toContain('flannel_route_via_wg0{node="near"} 0\n');
    expect(text).toMatch(/restitch_device_forwarding\{node="near",device="all"\} [01]\n/);
    expect(text).toContain('to="far",site="b",role="hub",layer="overlay",protocol="icmp",size="full"} 0\n');
    expect(text).not.toMatch(/entries_(missing|wrong)\{[^}]*\} [1-9]/);
  });

  it('sees entries that are missing or wrong, and that packets are lost', async () => {
    try {
      await pair.node.execAll([
        'bridge fdb del 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self',
        'ip neigh replace 10.42.2.0 lladdr 02:00:00:00:00:09 dev flannel.1 nud permanent',
        'ip route del 10.42.2.0/24',
      ]);
      const text = await metrics();
      expect(text).toContain('restitch_overlay_entries_missing{node="near",table="fdb",family="4"} 1\n');
      expect(text).toContain('restitch_overlay_entries_wrong{node="near",table="neighbour",family="4"} 1\n');
      expect(text).toContain('restitch_overlay_entries_missing{node="near",table="route",family="4"} 1\n');
      expect(text).toContain('layer="overlay",protocol="icmp",size="small"} 1\n');
    } finally {
      await mend();
    }
  });

  describe('with datagrams to a port where nobody listens', () => {
    const udp = (size: string, lost: number) =>
      `restitch_probe_lost_ratio{node="near",to="far",site="b",role="hub",layer="overlay",protocol="udp",size="${size}"} ${lost}\n`;
    const dropping = async (condition: string, states: readonly string[], expected: readonly string[]) => {
      const state = join(pair.node.root, `state-${condition.replaceAll(/\W/g, '-')}`);
      const texts: string[] = [];
      for (const filter of states) {
        if (filter === 'dropped')
          for (const words of [
            'add table inet closed',
            'add chain inet closed in { type filter hook input priority 0; }',
            `add rule inet closed in iifname flannel.1 udp dport 33434 ${condition} drop`,
          ])
            await pair.onPeer(`nft ${words}`);
        try {
          texts.push(await metrics({ WATCHDOG_STATE: state }));
        } finally {
          if (filter === 'dropped') await pair.onPeer('nft delete table inet closed');
        }
      }
      expect(texts.map((text) => text.match(/.*protocol="udp",size=.*\n/g)?.join('') ?? '')).toEqual(expected);
    };

    it('takes the peer’s refusal for an answer', () =>
      dropping('udp length 1', ['open'], [udp('small', 0) + udp('full', 0)]));
    it('says nothing of a peer whose filter has always dropped them', () =>
      dropping('udp length > 0', ['dropped', 'dropped'], ['', '']));
    it('tells of a peer that has answered and does not any more, until it does again', () =>
      dropping(
        'udp length > 1',
        ['open', 'dropped', 'dropped', 'open'],
        [udp('small', 0) + udp('full', 0), udp('small', 1), udp('small', 1), udp('small', 0) + udp('full', 0)],
      ));
    it('tells of large datagrams alone', () =>
      dropping('udp length > 1000', ['dropped'], [udp('small', 0) + udp('full', 1)]));
  });

  it('sees that a policy rule sends packets for pods elsewhere, and takes no other table for one', async () => {
    try {
      await pair.node.execAll([
        'ip link add mesh0 type bridge',
        'ip link set mesh0 up',
        'ip route add 10.42.1.0/24 dev flannel.1 table 52',
        'ip route add 10.42.2.0/24 dev flannel.1 table 52',
        'ip rule add pref 5270 lookup 52',
      ]);
      expect(await metrics()).toContain('restitch_pod_ways_by_policy{node="near"} 0\n');
      await pair.node.exec('ip route replace 10.42.2.0/24 dev mesh0 table 52');
      expect(await metrics()).toContain('restitch_pod_ways_by_policy{node="near"} 1\n');
    } finally {
      await pair.node.exec('ip link del mesh0');
      await pair.node.execAll(['ip route flush table 52', 'ip rule del pref 5270']);
    }
  });

  it('sees a device that is gone, and that the kernel has no module for it', async () => {
    const file = join(pair.node.root, 'other-device');
    await writeFile(file, `${self.replace('flannel.1', 'flannel.77')}\n${peer}\n`);
    const programs = { modprobe: 'exit 1' };
    // This machine has the module.
    const text = await metrics({ WATCHDOG_EXPECTED: file }, { programs }, script.replace('/sys/module', '/nowhere'));
    expect(text).toContain('restitch_device_present{node="near",device="flannel.77",role="overlay"} 0\n');
    expect(text).toContain('restitch_kernel_module_missing{node="near",module="vxlan"} 1\n');
  });

  it('is understood by promtool without a remark', async () => {
    if ((await runProgram(['sh', '-c', 'command -v promtool'])).code !== 0) return;
    const { code, stdout, stderr } = await runProgram(['promtool', 'check', 'metrics'], { stdin: await metrics() });
    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: '' });
  });

  it('without an expected network, holds the three tables against each other', async () => {
    try {
      await pair.node.exec('bridge fdb del 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self');
      const text = await metrics({ WATCHDOG_EXPECTED: '/nowhere', WATCHDOG_NODE: 'near' });
      expect(text).toContain('restitch_expected_peers{node="near",source="seen"} 1\n');
      expect(text).toContain('restitch_overlay_entries_missing{node="near",table="fdb",family="4"} 1\n');
    } finally {
      await mend();
    }
  });

  it.each([
    ['that Restitch keeps', 47, '# kept by Restitch, generation 1\n', 'file'],
    ['that Restitch has given up', 49, '# kept by Restitch, generation 1\n', 'seen'],
    ['of a person', 49, '', 'file'],
  ])('holds the node against a file %s, %i hours after it was written', async (_, hours, head, source) => {
    const file = join(pair.node.root, `expected-${hours}-${source}`);
    await writeFile(file, `${head}${self}\n${peer}\n`);
    const written = new Date(Date.now() - hours * 3_600_000);
    await utimes(file, written, written);
    const text = await metrics({ WATCHDOG_EXPECTED: file });
    expect(text).toContain(`restitch_expected_peers{node="near",source="${source}"} 1\n`);
    expect(text).toMatch(/restitch_expected_age_seconds\{node="near"\} 1[67]\d{4}\n/);
  });

  it('tells of WireGuard peers and prints none of its keys', async () => {
    const text = await metrics({}, { programs: { wg: wgThatDumps } });
    expect(text).toMatch(/restitch_wireguard_received_bytes_total\{[^}]*\} 4294967296\n/);
    for (const key of [PRIVATE_KEY, PRESHARED_KEY, PUBLIC_KEY, PEER_KEY]) {
      expect(text).not.toContain(key.slice(0, 12));
      expect(readdirSync(join(pair.node.root, 'state')).join()).not.toContain(key.slice(0, 12));
    }
  });

  it.each([[['ip', 'bridge']], [['wg', 'ping', 'nft', 'curl', 'bash', 'modprobe']]])(
    'goes on without %s',
    async (missing) => {
      const programs = Object.fromEntries(missing.map((program) => [program, 'exit 127']));
      const text = await metrics({}, { programs });
      expect(text).toContain('restitch_watchdog_info{node="near"');
      for (const what of missing.filter((program) => ['ip', 'bridge'].includes(program)))
        expect(text).toContain(`restitch_watchdog_unseen{node="near",what="${what}"} 1\n`);
    },
  );

  it('replaces its file in one step, readable by node_exporter, and leaves nothing else behind', async () => {
    const folder = join(pair.node.root, 'textfiles');
    await mkdir(folder, { recursive: true });
    const out = join(folder, 'restitch.prom');
    await run({ WATCHDOG_OUT: out });
    expect(statSync(out).mode % 0o1000).toBe(0o644);
    expect(readdirSync(folder)).toEqual(['restitch.prom']);
    expect(readdirSync(join(pair.node.root, 'state')).filter((name) => name.startsWith('work'))).toEqual([]);
  });

  it('ends with an error where it cannot write', async () => {
    const out = join(pair.node.root, 'no-such-folder', 'restitch.prom');
    expect((await run({ WATCHDOG_OUT: out })).code).not.toBe(0);
    expect(existsSync(out)).toBe(false);
  });

  it('stays small with a thousand peers', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => {
      const [a, b] = [Math.floor(n / 250), n % 250];
      return `peer n${n} ip=198.18.${a}.${b} pods=10.${100 + a}.${b}.0/24 mac=02:00:00:00:${a.toString(16)}:${b.toString(16)}`;
    });
    const file = join(pair.node.root, 'thousand');
    await writeFile(file, [self, peer, ...many, ''].join('\n'));
    const text = await metrics({ WATCHDOG_EXPECTED: file });
    expect(text).toContain('restitch_overlay_entries_missing{node="near",table="fdb",family="4"} 1000\n');
    expect(text.split('\n').length).toBeLessThan(400);
  });
});
