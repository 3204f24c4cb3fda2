import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { mustRun, runProgram } from '../../../lab/run-program.ts';
import { createHealthyPair } from './diagnosed-node.ts';
import type { NamespaceNode, NamespacePair, RunOptions } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

/** A WireGuard device without peers. */
const wg = "printf 'private\\tpublic\\t51820\\toff\\n'";
const given = {
  flannelDevice: 'flannel.1',
  wireguardDevice: 'wg0',
  probes: '',
  focus: '',
  ways: '',
  kubeletPort: '10250',
};

describe.skipIf(obstacles.length > 0)(`what the diagnose document says about a host${why}`, () => {
  let pair: NamespacePair;
  let node: NamespaceNode;

  beforeEach(async () => {
    pair = await createHealthyPair();
    node = pair.node;
  });
  afterEach(() => pair.remove());

  const parse = (stdout: string) => {
    const parsed = parseNodeEvidence(stdout);
    if (parsed.type === 'invalid') throw new Error(`${parsed.why}: ${stdout}`);
    return parsed.value.evidence;
  };
  const diagnose = async (others: Readonly<Record<string, string>> = {}, options: RunOptions = {}) => {
    const programs = { wg, ...options.programs };
    return parse((await node.run('diagnose', { ...given, ...others }, { ...options, programs })).stdout);
  };
  const put = async (path: string, text: string) => {
    const file = join(node.root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };

  it('tells who made a route, how far it goes, its source and its metric', async () => {
    await node.exec('ip route add 10.5.0.0/16 via 192.0.2.2 src 192.0.2.1 metric 7 proto static');
    await node.exec('ip route add blackhole 10.6.0.0/16');
    const { routes } = await diagnose({});
    expect(routes).toContainEqual(['10.5.0.0/16', '192.0.2.2', 'wire0', false, 0, 'static', null, '192.0.2.1', 7]);
    expect(routes).toContainEqual(['192.0.2.0/24', null, 'wire0', false, 0, 'kernel', 'link', '192.0.2.1', 0]);
    expect(routes.map(([destination]) => destination)).not.toContain('10.6.0.0/16');
  });

  it('tells of IPv6 what it tells of IPv4, where it is asked', async () => {
    await node.execAll([
      'ip addr add fd00:77::1/64 dev wire0 nodad',
      'ip link add flannel-v6.1 address 02:00:00:00:06:01 type vxlan id 1 dstport 8472 local fd00:77::1 dev wire0 nolearning',
      'ip link set flannel-v6.1 up',
      'ip addr add fd00:42:0:1::/128 dev flannel-v6.1 nodad',
      'ip neigh replace fd00:42:0:2:: lladdr 02:00:00:00:06:02 dev flannel-v6.1 nud permanent',
      'bridge fdb replace 02:00:00:00:06:02 dev flannel-v6.1 dst fd00:77::2 self permanent',
      'ip -6 route replace fd00:42:0:2::/64 via fd00:42:0:2:: dev flannel-v6.1 onlink',
      'ip -6 route add fd00:9::9 dev wire0 metric 7',
      'ip -6 route add blackhole fd00:10::/64',
      'ip -6 route add default via fd00:77::2 dev wire0',
    ]);
    const { ipv6, neighbours, fdb, unseen } = await diagnose({ flannelDeviceV6: 'flannel-v6.1' });
    expect(ipv6?.neighbours).toEqual([['fd00:42:0:2::', '02:00:00:00:06:02', 'PERMANENT']]);
    expect(ipv6?.fdb).toEqual([['02:00:00:00:06:02', 'fd00:77::2']]);
    const peer = ['fd00:42:0:2::/64', 'fd00:42:0:2::', 'flannel-v6.1', true, 0, 'boot', null, null, 1024];
    expect(ipv6?.routes).toContainEqual(peer);
    expect(ipv6?.routes).toContainEqual(['fd00:9::9/128', null, 'wire0', false, 0, 'boot', null, null, 7]);
    expect(ipv6?.routes).toContainEqual(['default', 'fd00:77::2', 'wire0', false, 0, 'boot', null, null, 1024]);
    expect(JSON.stringify(ipv6?.routes)).not.toMatch(/fe80|ff00|fd00:10/);
    // The tables of IPv4 are as they were.
    expect(neighbours).toEqual([['10.42.2.0', '02:00:00:00:00:02', 'PERMANENT']]);
    expect(fdb).toEqual([['02:00:00:00:00:02', '192.0.2.2']]);
    expect(unseen.filter(({ what }) => what.startsWith('ipv6'))).toEqual([]);
    expect((await diagnose({})).ipv6).toBeUndefined();
  });

  it('has empty tables of an IPv6 device that is not there, and says which it could not read', async () => {
    const gone = await diagnose({ flannelDeviceV6: 'flannel-v6.1' });
    expect(gone.ipv6).toMatchObject({ neighbours: [], fdb: [], flannelWireGuard: null });
    expect(gone.unseen.filter(({ what }) => what.startsWith('ipv6'))).toEqual([]);
    const programs = { ip: 'case "$*" in "-6 "*) echo no IPv6 here >&2; exit 2 ;; esac; exec /usr/sbin/ip "$@"' };
    const { unseen } = await diagnose({ flannelDeviceV6: 'flannel-v6.1' }, { programs });
    expect(unseen).toContainEqual({ what: 'ipv6-routes', why: 'no IPv6 here' });
  });

  it('keeps apart a peer’s route that somebody else made', async () => {
    await node.exec('ip route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink proto dhcp');
    const { routes, neighbours } = await diagnose({});
    expect(routes).toContainEqual(['10.42.2.0/24', '10.42.2.0', 'flannel.1', true, 0, 'dhcp', null, null, 0]);
    expect(neighbours).toContainEqual(['10.42.2.0', '02:00:00:00:00:02', 'PERMANENT']);
  });

  it('lists the policy rules that the kernel did not make', async () => {
    expect((await diagnose({})).rules).toEqual([]);
    await node.exec('ip rule add pref 5270 from all lookup 52');
    await node.exec('ip rule add pref 100 to 10.42.0.0/16 fwmark 0x80000/0xff0000 lookup main');
    expect((await diagnose({})).rules).toEqual([
      [100, 'from all to 10.42.0.0/16 fwmark 0x80000/0xff0000 lookup main'],
      [5270, 'from all lookup 52'],
    ]);
  });

  it('asks the kernel for the ways, by its rules too', async () => {
    await node.exec('ip route add 10.7.0.0/16 dev wire0 table 52');
    await node.exec('ip rule add pref 5270 to 10.7.0.0/16 lookup 52');
    await node.exec('ip route add blackhole 10.6.0.0/16');
    const ways = '10.42.2.9,10.6.0.1,10.7.0.1,10.42.1.0,203.0.113.9';
    const nowhere = { device: null, gateway: null, source: null, table: null, cachedMtuBytes: 0 };
    const evidence = await diagnose({ ways });
    expect(evidence.ways?.toSorted((a, b) => (a.address < b.address ? -1 : 1))).toEqual([
      { address: '10.42.1.0', device: 'lo', gateway: null, source: '10.42.1.0', table: 'local', cachedMtuBytes: 0 },
      {
        address: '10.42.2.9',
        device: 'flannel.1',
        gateway: '10.42.2.0',
        source: '10.42.1.0',
        table: null,
        cachedMtuBytes: 0,
      },
      { ...nowhere, address: '10.6.0.1' },
      { address: '10.7.0.1', device: 'wire0', gateway: null, source: '192.0.2.1', table: '52', cachedMtuBytes: 0 },
      { ...nowhere, address: '203.0.113.9' },
    ]);
    expect(evidence.unseen).toEqual([]);
    expect((await diagnose({})).ways).toBeUndefined();
  });

  it('tells which modules are there, and which the kernel lacks', async () => {
    const modprobe = 'case $3 in br_netfilter) exit 0 ;; esac; exit 1';
    await mkdir(join(node.root, 'sys/module'), { recursive: true });
    const { kernel } = await diagnose({}, { programs: { modprobe } });
    expect(kernel?.modules).toEqual({ vxlan: 'loaded', wireguard: 'missing', br_netfilter: 'loadable' });
    expect(kernel?.release).toMatch(/^\d+\.\d+/);
  });

  it('reads what flannel, the CNI and the machine keep on disk', async () => {
    const netConf = `{\n "Network": "10.42.0.0/16", "EnableIPv6": false,\n "Backend": {"Type": "vxlan",\n "VNI": 4096, "Port":4789, "DirectRouting": true}\n}`;
    await put('var/lib/rancher/k3s/agent/etc/flannel/net-conf.json', netConf);
    await put('etc/cni/net.d/10-flannel.conflist', '{}');
    await put('etc/cni/net.d/05-cilium.conflist', '{}');
    await put('etc/machine-id', '3d1219c7c4c5404aaa1f6d2a48adfda4\n');
    expect(await diagnose({})).toMatchObject({
      netConf: { backend: 'vxlan', port: 4789, vni: 4096, directRouting: true, mtuBytes: null },
      cniFiles: ['05-cilium.conflist', '10-flannel.conflist'],
      machineId: '3d1219c7c4c5404aaa1f6d2a48adfda4',
    });
  });

  it('reads the switches of each device, and counts what the kernel drops', async () => {
    await node.exec('sysctl -q -w net.ipv4.ip_forward=1');
    await node.exec('sysctl -q -w net.ipv4.conf.flannel/1.forwarding=0');
    await node.exec('sysctl -q -w net.ipv4.conf.wg0.rp_filter=2');
    await node.exec('sysctl -q -w net.ipv4.conf.all.rp_filter=1');
    const before = await diagnose({});
    expect(before.sysctls).toMatchObject({
      'net.ipv4.conf.flannel.1.forwarding': 0,
      'net.ipv4.conf.wg0.forwarding': 1,
      'net.ipv4.conf.wg0.rp_filter': 2,
    });
    expect(before.counters).toMatchObject({
      'Udp.InErrors': 0,
      'link.flannel.1.rx_errors': 0,
      'TcpExt.IPReversePathFilter': 0,
    });
    await pair.onPeer('ip addr add 203.0.113.5/32 dev lo');
    await pair.onPeer('ping -c 1 -W 1 192.0.2.1');
    await runProgram([
      'ip',
      'netns',
      'exec',
      node.name.replace(/a$/, 'b'),
      'ping',
      '-c',
      '1',
      '-W',
      '1',
      '-I',
      '203.0.113.5',
      '192.0.2.1',
    ]);
    expect((await diagnose({})).counters).toMatchObject({ 'TcpExt.IPReversePathFilter': 1 });
  });

  it('tells the path MTU that a router taught the kernel', async () => {
    for (const line of [
      'ip link add far0 type bridge',
      'ip link set far0 mtu 1300 up',
      'ip addr add 198.51.100.1/24 dev far0',
    ])
      await pair.onPeer(line);
    await pair.onPeer('sysctl -q -w net.ipv4.ip_forward=1');
    await node.exec('ip route add 198.51.100.0/24 via 192.0.2.2');
    await runProgram([
      'ip',
      'netns',
      'exec',
      node.name,
      'ping',
      '-M',
      'do',
      '-c',
      '1',
      '-W',
      '1',
      '-s',
      '1400',
      '198.51.100.9',
    ]);
    const { ways } = await diagnose({ ways: '198.51.100.9,198.51.100.8' });
    expect(ways?.map(({ cachedMtuBytes }) => cachedMtuBytes)).toEqual([1300, 0]);
  });

  it('lists its tables again when one changed meanwhile, and says that none was seen when that goes on', async () => {
    const interrupted = 'echo "Dump was interrupted and may be inconsistent." >&2';
    const once = `[ -e '${node.root}/once' ] || { : >'${node.root}/once'; ${interrupted}; }; exec /usr/sbin/ip "$@"`;
    expect(await diagnose({}, { programs: { ip: once } })).toMatchObject({ unseen: [] });
    const { unseen, neighbours } = await diagnose({}, { programs: { ip: `${interrupted}; exec /usr/sbin/ip "$@"` } });
    const why = 'Dump was interrupted and may be inconsistent.';
    const tables = ['links', 'addresses', 'neighbours', 'routes', 'rules', 'ways'];
    expect(unseen).toEqual(tables.map((what) => ({ what, why })));
    expect(neighbours).toEqual([]);
  });

  it('keeps the other tables when one cannot be read', async () => {
    const ip = `/usr/sbin/ip "$@"; echo "RTNETLINK answers: Operation not supported" >&2; echo "Command failed $5:5" >&2; exit 1`;
    const evidence = await diagnose({}, { programs: { ip } });
    expect(evidence.unseen).toEqual([{ what: 'rules', why: 'RTNETLINK answers: Operation not supported' }]);
    expect(evidence.rules).toBeUndefined();
    expect(evidence.neighbours).toHaveLength(1);
  });

  it('counts a ping that cannot do what it is asked for as not measured, and a search likewise', async () => {
    const ping = 'echo "ping: cannot flood; minimal interval allowed for user is 200ms" >&2; exit 2';
    const probes = 'vtep-b/10.42.2.0/56/echo,mtu-b/10.42.2.0/1422/search';
    const evidence = await diagnose({ probes }, { programs: { ping } });
    expect(evidence.probes).toEqual([]);
    expect(evidence.unseen).toEqual([
      { what: 'probes', why: 'ping: cannot flood; minimal interval allowed for user is 200ms' },
      { what: 'search', why: 'a search for the MTU could not be finished' },
    ]);
  });

  it('leaves nothing out of 1000 peers whose forwarding entries are gone', async () => {
    const numbers = Array.from({ length: 1_000 }, (_, n) => n);
    const pod = (n: number) => `10.${43 + Math.floor(n / 250)}.${n % 250}`;
    const mac = (n: number) =>
      `02:${[n * 7919, n * 104_729, n * 1_299_709, n * 15_485_863, n].map((x) => (x % 256).toString(16).padStart(2, '0')).join(':')}`;
    const lines = numbers.flatMap((n) => [
      `neigh replace ${pod(n)}.0 lladdr ${mac(n)} dev flannel.1 nud permanent`,
      `route replace ${pod(n)}.0/24 via ${pod(n)}.0 dev flannel.1 onlink`,
    ]);
    await mustRun(['ip', '-n', node.name, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });
    await node.exec('bridge fdb del 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self');
    const evidence = await diagnose();
    expect(evidence).toMatchObject({ fdb: [], unseen: [] });
    expect(evidence.neighbours).toHaveLength(1_001);
    expect(evidence.routes.length).toBeGreaterThanOrEqual(1_001);
  });

  it.each([
    ['ways', '10.42.2.256'],
    ['ways', '10.42.2.0,'],
    ['ways', '10.42.2.0 oif lo'],
    ['ways', Array.from({ length: 33 }, (_, n) => `10.0.0.${n}`).join(',')],
    ['kubeletPort', '10250 '],
    ['whole', 'yes'],
    ['probes', 'a/10.42.2.0/10250/connects'],
  ])('refuses %s %j', async (name, value) => {
    const result = await node.run('diagnose', { ...given, [name]: value });
    expect(JSON.parse(result.stdout)).toMatchObject({ status: 'refused' });
  });
});
