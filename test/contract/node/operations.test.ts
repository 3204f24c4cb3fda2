import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { peerOperations, shells } from './namespace-pair.ts';
import { createTunnelNode, type TunnelNode } from './tunnel-node.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

interface Row {
  readonly what: string;
  /** Makes the lines untrue. */
  readonly before?: readonly string[];
  readonly lines: readonly string[];
  /** Program calls, and what each prints afterwards. */
  readonly so: readonly (readonly [command: string, prints: RegExp])[];
}

const created = 'vxlan create flannel.1 id 1 dstport 8472 local 192.0.2.1 dev wire0 address 02:00:00:00:00:01 mtu 1450';
const wholeDevice = [created, 'link up flannel.1', 'addr replace 10.42.1.0/32 dev flannel.1', ...peerOperations];
const isWhole: Row['so'] = [
  [
    'ip -d -o link show dev flannel.1',
    /[<,]UP[,>].* mtu 1450 .*vxlan id 1 local 192.0.2.1 dev wire0 .*dstport 8472 nolearning/,
  ],
  ['ping -n -c 1 -W 2 10.42.2.0', /1 received/],
];
const withPort = (port: number) => [
  'ip link del flannel.1',
  `ip link add flannel.1 address 02:00:00:00:00:01 mtu 1400 type vxlan id 1 dstport ${port} local 192.0.2.1 dev wire0 ttl 8 learning`,
  'ip addr add 10.42.1.0/32 dev flannel.1',
  'ip link set flannel.1 up',
  'ip neigh add 10.42.7.0 lladdr 02:00:00:00:00:07 dev flannel.1 nud permanent',
  'bridge fdb add 02:00:00:00:00:07 dev flannel.1 dst 192.0.2.7 self permanent',
  'bridge fdb append 00:00:00:00:00:00 dev flannel.1 dst 192.0.2.8 self permanent',
  'bridge fdb append 00:00:00:00:00:00 dev flannel.1 dst 192.0.2.9 self permanent',
  'ip route add 10.42.7.0/24 via 10.42.7.0 dev flannel.1 onlink mtu 1300',
];

/** WG, SILENT and LIVELY stand for the tunnel and its peers, STRANGER for a key that it does not know. */
const rows: readonly Row[] = [
  {
    what: 'sysctl',
    before: ['sysctl -q -w net.ipv4.ip_forward=0'],
    lines: ['sysctl net.ipv4.ip_forward 1'],
    so: [['sysctl -n net.ipv4.ip_forward', /^1$/m]],
  },
  { what: 'vxlan create of one that is gone', before: ['ip link del flannel.1'], lines: wholeDevice, so: isWhole },
  {
    what: 'vxlan create over one of another port, whose entries go with it',
    before: withPort(4789),
    lines: wholeDevice,
    so: [...isWhole, ['ip route show 10.42.7.0/24', /^$/]],
  },
  {
    what: 'vxlan create over one of another MAC',
    before: [
      'ip link set flannel.1 down',
      'ip link set flannel.1 address 02:00:00:00:00:99',
      'ip link set flannel.1 up',
    ],
    lines: wholeDevice,
    so: isWhole,
  },
  {
    what: 'vxlan create where only the MTU is another: the device stays',
    before: ['ip link set flannel.1 mtu 1300'],
    lines: [created],
    so: isWhole,
  },
  {
    what: 'link up',
    before: ['ip link set flannel.1 down'],
    lines: ['link up flannel.1'],
    so: [['ip -o link show dev flannel.1', /[<,]UP[,>]/]],
  },
  {
    what: 'link mtu',
    lines: ['link mtu flannel.1 1290', 'link mtu WG 1340'],
    so: [
      ['ip -o link show dev flannel.1', / mtu 1290 /],
      ['ip -o link show dev WG', / mtu 1340 /],
    ],
  },
  {
    what: 'link mtu of an overlay that grows with what is below it, in whatever order',
    lines: ['link mtu flannel.2 1390', 'link mtu WG 1440'],
    so: [['ip -o link show dev flannel.2', / mtu 1390 /]],
  },
  {
    what: 'link mtu of an overlay that was larger than what is below it allows',
    before: ['ip link set WG mtu 1500', 'ip link set flannel.2 mtu 1450', 'ip link set WG mtu 1420'],
    lines: ['link mtu flannel.2 1370'],
    so: [['ip -o link show dev flannel.2', / mtu 1370 /]],
  },
  {
    what: 'addr replace',
    lines: ['addr replace 10.42.99.0/32 dev flannel.1', 'addr replace fd00:9::1/64 dev flannel.1'],
    so: [
      ['ip -o addr show dev flannel.1', /10\.42\.99\.0\/32[\s\S]*fd00:9::1\/64|fd00:9::1\/64[\s\S]*10\.42\.99\.0\/32/],
    ],
  },
  {
    what: 'wg listen-port',
    lines: ['wg listen-port WG 41999'],
    so: [['wg show WG listen-port', /^41999$/m]],
  },
  {
    what: 'wg keepalive',
    lines: ['wg keepalive WG peer SILENT 25', 'wg keepalive WG peer LIVELY 0'],
    so: [
      ['wg show WG persistent-keepalive', /SILENT\t25/],
      ['wg show WG persistent-keepalive', /LIVELY\toff/],
    ],
  },
  {
    what: 'wg endpoint, of a peer that had another',
    lines: ['wg endpoint WG peer LIVELY 192.0.2.2:41820'],
    so: [['wg show WG endpoints', /LIVELY\t192\.0\.2\.2:41820/]],
  },
  {
    what: 'wg endpoint, of a peer that had none and has a preshared key',
    lines: ['wg endpoint WG peer SILENT [fd00:0:0::2]:51820', 'wg keepalive WG peer SILENT 25'],
    so: [['wg show WG endpoints', /SILENT\t\[fd00::2\]:51820/]],
  },
  {
    what: 'wg allowed-ips, which are taken from another peer',
    lines: ['wg allowed-ips WG peer SILENT 10.200.0.12/32 10.200.0.11/32 10.3.7.9/16 fd00:5::1/48 fd00:200::/64'],
    so: [
      [
        'wg show WG allowed-ips',
        /SILENT\t(?=.*10\.200\.0\.11\/32)(?=.*10\.200\.0\.12\/32)(?=.*10\.3\.0\.0\/16)(?=.*fd00:5::\/48)/,
      ],
      ['wg show WG allowed-ips', /LIVELY\t\(none\)/],
    ],
  },
  {
    what: 'wg add of a peer, which takes its networks from another',
    lines: ['wg add WG peer STRANGER endpoint 192.0.2.2:51821 keepalive 25 allowed-ips 10.200.0.12/32 10.200.0.99/32'],
    so: [
      [
        'wg show WG dump',
        /STRANGER\t\S+\t192\.0\.2\.2:51821\t(?=.*10\.200\.0\.12\/32)(?=.*10\.200\.0\.99\/32).*\t25$/m,
      ],
      ['wg show WG allowed-ips', /LIVELY\tfd00:200::\/64$/m],
    ],
  },
  {
    what: 'wg add of a peer that is there, which keeps the endpoint that it roamed to',
    lines: ['wg add WG peer LIVELY endpoint 192.0.2.9:1 keepalive 20 allowed-ips 10.200.0.12/32'],
    so: [['wg show WG dump', /LIVELY\t\S+\t192\.0\.2\.2:51820\t10\.200\.0\.12\/32\t.*\t20$/m]],
  },
  {
    what: 'wg add of a peer that is there and has no endpoint',
    lines: ['wg add WG peer SILENT endpoint 192.0.2.9:1 keepalive 20 allowed-ips 10.200.0.11/32'],
    so: [['wg show WG endpoints', /SILENT\t192\.0\.2\.9:1$/m]],
  },
  {
    what: 'wg add of a peer to others that all have the same preshared key',
    before: ['wg set WG peer LIVELY remove'],
    lines: ['wg add WG peer STRANGER endpoint 192.0.2.2:51820 keepalive 0 allowed-ips 10.200.0.12/32'],
    so: [
      ['wg show WG preshared-keys', /\t(\S{44})\n[\s\S]*\t\1$/m],
      ['wg show WG peers', /STRANGER/],
    ],
  },
  {
    what: 'wg del of a peer that has a preshared key',
    lines: ['wg del WG peer SILENT'],
    so: [['wg show WG peers', /^(?!SILENT)/]],
  },
  {
    what: 'wg del and wg add: another key in the place of one',
    lines: [
      'wg del WG peer LIVELY',
      'wg add WG peer STRANGER endpoint 192.0.2.2:51820 keepalive 25 allowed-ips 10.200.0.12/32 fd00:200::/64',
    ],
    so: [['wg show WG peers', /^(?![\s\S]*LIVELY)[\s\S]*STRANGER/]],
  },
  {
    what: 'neigh replace',
    before: ['ip neigh del 10.42.2.0 dev flannel.1'],
    lines: [peerOperations[0], 'neigh replace 10.42.3.0 lladdr 02:00:00:00:00:03 dev flannel.1'],
    so: [['ping -n -c 1 -W 2 10.42.2.0', /1 received/]],
  },
  {
    what: 'fdb replace',
    before: ['bridge fdb replace 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.99 self permanent'],
    lines: [peerOperations[1], 'fdb replace 02:00:00:00:00:03 dst 192.0.2.3 dev flannel.1'],
    so: [['ping -n -c 1 -W 2 10.42.2.0', /1 received/]],
  },
  {
    what: 'route replace, of a network that went another way',
    before: [
      'ip route replace 10.42.2.0/24 via 192.0.2.2 dev wire0 mtu 1200',
      'ip route add 10.42.2.0/24 dev WG metric 77',
    ],
    lines: [peerOperations[2], 'route replace 10.42.3.0/24 via 10.42.3.0 dev flannel.1 onlink'],
    so: [['ip route get 10.42.2.0', /dev flannel\.1/]],
  },
  {
    what: 'route set, with and without an MTU',
    before: ['ip route add 10.9.0.0/16 via 192.0.2.2 dev wire0'],
    lines: [
      'route set 10.9.0.0/16 dev WG',
      'route set 10.200.0.11/32 dev WG mtu 1328',
      'route set fd00:200::/64 dev WG',
    ],
    so: [
      ['ip route show 10.9.0.0/16', /^10\.9\.0\.0\/16 dev \S+ scope link $/m],
      ['ip route get 10.200.0.11', /mtu 1328/],
      ['ip -6 route show fd00:200::/64', / dev WG /],
    ],
  },
  {
    what: 'route set of the network that an address brought',
    lines: ['route set 10.200.0.0/24 dev WG mtu 1300'],
    so: [['ip route show 10.200.0.0/24', /mtu 1300/]],
  },
  {
    what: 'route del',
    lines: ['route del 10.42.2.0/24 dev flannel.1', 'route del 10.0.0.0/16 dev WG'],
    so: [['ip route show', /^(?!.*10\.42\.2\.0)(?!.*10\.0\.0\.0)/]],
  },
  {
    what: 'all of them at once',
    before: [...withPort(4789), 'ip link set WG mtu 1320', 'sysctl -q -w net.ipv4.ip_forward=0'],
    lines: [
      'sysctl net.ipv4.ip_forward 1',
      ...wholeDevice.slice(0, 2),
      'link mtu WG 1440',
      ...wholeDevice.slice(2, 3),
      'wg keepalive WG peer SILENT 25',
      'wg endpoint WG peer SILENT 192.0.2.2:51820',
      'wg allowed-ips WG peer LIVELY 10.200.0.11/32',
      ...peerOperations,
      'route set 10.99.0.0/16 dev WG mtu 1328',
    ],
    so: isWhole,
  },
];

const strangersKey = 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=';

/** Whoever writes nothing calls none of these. */
const onlyLooks = {
  ip: 'case "$*" in *-batch*) exit 99 ;; esac; exec /usr/sbin/ip "$@"',
  bridge: 'case "$*" in *-batch*) exit 99 ;; esac; exec /usr/sbin/bridge "$@"',
  wg: '[ "$1" = show ] || exit 99; exec /usr/bin/wg "$@"',
  sysctl: 'case "$*" in *-w*) exit 99 ;; esac; exec /usr/sbin/sysctl "$@"',
};

describe.skipIf(obstacles.length > 0)(`every operation on a real kernel${why}`, () => {
  let made: TunnelNode;
  let keys = 0;

  const named = (text: string) =>
    text
      .replaceAll('WG', made.tunnel)
      .replaceAll('SILENT', made.silentPeer)
      .replaceAll('LIVELY', made.livelyPeer)
      .replaceAll('STRANGER', strangersKey);
  const pattern = ({ source, flags }: RegExp) => {
    const literal = (text: string) => text.replaceAll(/[+.]/g, '\\$&');
    return new RegExp(
      source
        .replaceAll('WG', literal(made.tunnel))
        .replaceAll('SILENT', literal(made.silentPeer))
        .replaceAll('LIVELY', literal(made.livelyPeer))
        .replaceAll('STRANGER', literal(strangersKey)),
      flags,
    );
  };
  const parameters = (lines: readonly string[], others: Readonly<Record<string, string>> = {}) => {
    keys += 1;
    return {
      operationKey: `inc-1.repair.${keys}`,
      fencingToken: '5',
      operations: lines.join(','),
      check: 'false',
      confirmWithinSeconds: '0',
      ...others,
    };
  };

  describe.each(shells)('under %s', (_name, shell) => {
    beforeAll(async () => {
      made = await createTunnelNode();
    });
    beforeEach(() => made.reset());
    afterAll(() => made.remove());

    it.each(rows)('$what', { timeout: 20_000 }, async (row) => {
      const { node, state } = made;
      const lines = row.lines.map(named);
      await made.setUp((row.before ?? []).map(named));
      const isSo = async () => {
        for (const [command, prints] of row.so) expect(await node.exec(named(command))).toMatch(pattern(prints));
      };
      const before = await state();

      const check = await node.act('apply', parameters(lines, { check: 'true' }), { shell, programs: onlyLooks });
      expect(check.report).toMatchObject({ status: 'applied', checkOnly: true, changed: lines, failed: [] });
      expect(await state()).toBe(before);

      const armed = parameters(lines, { confirmWithinSeconds: '600' });
      const { report } = await node.act('apply', armed, { shell });
      expect(report).toMatchObject({ status: 'applied', changed: lines, failed: [], unchangedCount: 0 });
      expect(report.rollbackAt).toBeGreaterThan(Date.now() / 1_000);
      await isSo();
      const back = await node.act('rollback', { operationKey: armed.operationKey }, { shell });
      expect(back.report).toMatchObject({ status: 'rolled-back', reason: null });
      expect(await state()).toBe(before);

      expect((await node.act('apply', parameters(lines), { shell })).report).toMatchObject({
        status: 'applied',
        changed: lines,
        rollbackAt: null,
      });
      await isSo();
      const after = await state();
      const again = await node.act('apply', parameters(lines, { confirmWithinSeconds: '600' }), {
        shell,
        programs: onlyLooks,
      });
      expect(again.report).toMatchObject({ status: 'unchanged', changed: [], failed: [], rollbackAt: null });
      expect(again.report.unchangedCount).toBe(lines.length);
      expect(await state()).toBe(after);
    });
  });
});
