import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { createNamespacePair, type NamespacePair, peerOperations } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const key = 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=';
const vxlan = {
  ...{ dev: 'flannel.1', id: '1', dstport: '8472', local: '192.0.2.1', under: 'wire0' },
  ...{ address: '02:00:00:00:00:01', mtu: '1450' },
};
const create = (others: Partial<typeof vxlan> = {}) => {
  const { dev, id, dstport, local, under, address, mtu } = { ...vxlan, ...others };
  return `vxlan create ${dev} id ${id} dstport ${dstport} local ${local} dev ${under} address ${address} mtu ${mtu}`;
};

const taken: readonly string[] = [
  'sysctl net.ipv4.ip_forward 1',
  'sysctl net.ipv6.conf.all.forwarding 1',
  create(),
  create({ id: '16777215', dstport: '65535', local: 'fd00::1', mtu: '576' }),
  'link up flannel.1',
  'link mtu wg0 576',
  'link mtu wg0 65535',
  'addr replace fd00::1/128 dev flannel.1',
  'addr del 10.42.9.1/24 dev cni0',
  'addr del fd00::1/128 dev flannel-v6.1',
  'offload flannel.1 tx-checksum-ip-generic off',
  'conntrack del udp 10.42.12.5:40000 10.0.1.10:8125 at 10.42.11.9',
  'wg listen-port wg0 1024',
  'wg listen-port wg0 65535',
  `wg keepalive wg0 peer ${key} 0`,
  `wg keepalive wg0 peer ${key} 65535`,
  `wg endpoint wg0 peer ${key} 192.0.2.1:1`,
  `wg endpoint wg0 peer ${key} [2001:db8::1]:65535`,
  `wg allowed-ips wg0 peer ${key} 10.0.0.0/8`,
  `wg allowed-ips wg0 peer ${key} 10.0.0.0/8 fd00::/8 192.0.2.1/32 ::1/128`,
  `wg add wg0 peer ${key} endpoint 192.0.2.1:51820 keepalive 0 allowed-ips 10.0.0.0/8`,
  `wg add wg0 peer ${key} endpoint [2001:db8::1]:1 keepalive 65535 allowed-ips 10.0.0.0/8 fd00::/8`,
  `wg del wg0 peer ${key}`,
  ...peerOperations,
  'route set 10.0.0.0/8 dev wg0',
  'route set fd00::/8 dev wg0 mtu 1280',
  'route flush cache 192.0.2.1',
];

const refused: readonly (readonly [what: string, line: string])[] = [
  ['another sysctl', 'sysctl net.ipv4.conf.all.rp_filter 1'],
  ['forwarding switched off', 'sysctl net.ipv4.ip_forward 0'],
  ['forwarding of one device', 'sysctl net.ipv6.conf.wg0.forwarding 1'],
  ['a sysctl with another spelling', 'sysctl net/ipv4/ip_forward 1'],
  ['an assignment', 'sysctl net.ipv4.ip_forward=1'],
  ['VNI 0', create({ id: '0' })],
  ['a VNI of 25 bits', create({ id: '16777216' })],
  ['a VNI in octal', create({ id: '01' })],
  ['a VNI in hexadecimal', create({ id: '0x1' })],
  ['a negative VNI', create({ id: '-1' })],
  ['an exponent', create({ id: '1e3' })],
  ['port 0', create({ dstport: '0' })],
  ['port 65536', create({ dstport: '65536' })],
  ['a VXLAN device from nowhere', create({ local: '192.0.2.256' })],
  ['a network as address', create({ local: '192.0.2.0/24' })],
  ['a device on itself', create({ under: 'flannel.1' })],
  ['a device that is an option', create({ dev: '-d' })],
  ['a device name with a bracket', create({ dev: 'flannel[1]' })],
  ['a device name with a plus', create({ under: 'wire+' })],
  ['a device name in upper case', create({ under: 'WIRE0' })],
  ['a multicast MAC', create({ address: '01:00:5e:00:00:01' })],
  ['no MAC', create({ address: '00:00:00:00:00:00' })],
  ['an MTU below 576', create({ mtu: '575' })],
  ['an MTU above 65535', create({ mtu: '65536' })],
  ['words behind a device', `${create()} learning`],
  ['a device of fewer words', 'vxlan create flannel.1 id 1 dstport 8472 local 192.0.2.1 dev wire0'],
  ['words in another order', create().replace('id 1 dstport 8472', 'dstport 8472 id 1')],
  ['another verb', 'vxlan delete flannel.1'],
  ['a link that goes down', 'link down flannel.1'],
  ['an MTU of a link below 576', 'link mtu wg0 575'],
  ['an MTU of a link above 65535', 'link mtu wg0 65536'],
  ['a number that no number holds', 'link mtu wg0 99999999999999999999'],
  ['an MTU without a number', 'link mtu wg0'],
  ['an MTU and more', 'link mtu wg0 1420 up'],
  ['an address that goes without its prefix', 'addr del 10.42.9.1 dev cni0'],
  ['every address of a device', 'addr del 0.0.0.0/0 dev cni0'],
  ['an address that goes, and more', 'addr del 10.42.9.1/24 dev cni0 scope global'],
  ['addresses that are flushed', 'addr flush dev cni0'],
  ['an offload that is switched on', 'offload flannel.1 tx-checksum-ip-generic on'],
  ['another offload', 'offload flannel.1 tx-udp-segmentation off'],
  ['an offload of every checksum', 'offload flannel.1 tx off'],
  ['two offloads', 'offload flannel.1 tx-checksum-ip-generic off tso off'],
  ['an offload of an option', 'offload -s tx-checksum-ip-generic off'],
  ['every flow', 'conntrack del udp'],
  ['every flow to an address', 'conntrack del udp 10.0.0.0/8 10.0.1.10:8125 at 10.42.11.9'],
  ['a flow without its port', 'conntrack del udp 10.42.12.5 10.0.1.10:8125 at 10.42.11.9'],
  ['a flow that leads nowhere', 'conntrack del udp 10.42.12.5:40000 10.0.1.10:8125'],
  ['a flow of TCP', 'conntrack del tcp 10.42.12.5:40000 10.0.1.10:8125 at 10.42.11.9'],
  ['a flow of IPv6', 'conntrack del udp [fd00::5]:40000 [fd00::1]:8125 at fd00::9'],
  ['a flow and more', 'conntrack del udp 10.42.12.5:40000 10.0.1.10:8125 at 10.42.11.9 -F'],
  ['the whole table of flows', 'conntrack flush'],
  ['a listen port of the system', 'wg listen-port wg0 1023'],
  ['a listen port above 65535', 'wg listen-port wg0 65536'],
  ['a listen port of a peer', `wg listen-port wg0 peer ${key} 51820`],
  ['a keepalive above 65535', `wg keepalive wg0 peer ${key} 65536`],
  ['a keepalive that is a word', `wg keepalive wg0 peer ${key} off`],
  ['a keepalive with a plus', `wg keepalive wg0 peer ${key} +25`],
  ['a key that is too short', `wg keepalive wg0 peer ${key.slice(1)} 25`],
  ['a key that is too long', `wg keepalive wg0 peer A${key} 25`],
  ['a key without its end', `wg keepalive wg0 peer ${key.slice(0, -1)}A 25`],
  ['a key with two ends', `wg keepalive wg0 peer ${key.slice(0, -2)}== 25`],
  ['a key of 33 bytes', `wg keepalive wg0 peer ${key.replace('g=', 'h=')} 25`],
  ['a key with a bracket', `wg keepalive wg0 peer [${key.slice(1)} 25`],
  ['a key with a dot', `wg keepalive wg0 peer .${key.slice(1)} 25`],
  ['no peer', `wg keepalive wg0 ${key} 25`],
  ['a peer that is removed', `wg remove wg0 peer ${key}`],
  ['a private key', `wg private-key wg0 peer ${key} 1`],
  ['an endpoint without a port', `wg endpoint wg0 peer ${key} 192.0.2.1`],
  ['an endpoint with port 0', `wg endpoint wg0 peer ${key} 192.0.2.1:0`],
  ['an endpoint with port 65536', `wg endpoint wg0 peer ${key} 192.0.2.1:65536`],
  ['an endpoint in octal', `wg endpoint wg0 peer ${key} 192.0.2.01:51820`],
  ['an endpoint that is a name', `wg endpoint wg0 peer ${key} hub.example.org:51820`],
  ['IPv6 without brackets', `wg endpoint wg0 peer ${key} 2001:db8::1:51820`],
  ['IPv4 in brackets', `wg endpoint wg0 peer ${key} [192.0.2.1]:51820`],
  ['a bracket that stays open', `wg endpoint wg0 peer ${key} [2001:db8::1:51820`],
  ['brackets within brackets', `wg endpoint wg0 peer ${key} [[2001:db8::1]]:51820`],
  ['IPv6 in upper case', `wg endpoint wg0 peer ${key} [2001:DB8::1]:51820`],
  ['two endpoints', `wg endpoint wg0 peer ${key} 192.0.2.1:1 192.0.2.2:1`],
  ['no allowed network', `wg allowed-ips wg0 peer ${key}`],
  ['everything of IPv4', `wg allowed-ips wg0 peer ${key} 0.0.0.0/0`],
  ['everything of IPv6', `wg allowed-ips wg0 peer ${key} 10.0.0.0/8 ::/0`],
  ['everything under another name', `wg allowed-ips wg0 peer ${key} 10.0.0.0/0 10.0.0.0/8`],
  ['everything with a longer zero', `wg allowed-ips wg0 peer ${key} 10.0.0.0/00`],
  ['an address without its prefix', `wg allowed-ips wg0 peer ${key} 10.0.0.1`],
  ['a prefix out of range', `wg allowed-ips wg0 peer ${key} 10.0.0.0/33`],
  ['an IPv6 prefix out of range', `wg allowed-ips wg0 peer ${key} fd00::/129`],
  ['a list of one word', `wg allowed-ips wg0 peer ${key} 10.0.0.0/8;10.1.0.0/16`],
  ['a new peer without an endpoint', `wg add wg0 peer ${key} keepalive 25 allowed-ips 10.0.0.0/8`],
  ['a new peer without a network', `wg add wg0 peer ${key} endpoint 192.0.2.1:1 keepalive 25 allowed-ips`],
  ['a new peer for everything', `wg add wg0 peer ${key} endpoint 192.0.2.1:1 keepalive 25 allowed-ips 0.0.0.0/0`],
  ['a new peer by name', `wg add wg0 peer ${key} endpoint example.org:1 keepalive 25 allowed-ips 10.0.0.0/8`],
  [
    'a keepalive of a new peer above 65535',
    `wg add wg0 peer ${key} endpoint 192.0.2.1:1 keepalive 65536 allowed-ips 10.0.0.0/8`,
  ],
  [
    'a new peer of half a key',
    `wg add wg0 peer ${key.slice(4)} endpoint 192.0.2.1:1 keepalive 25 allowed-ips 10.0.0.0/8`,
  ],
  [
    'a new peer with a preshared key',
    `wg add wg0 peer ${key} endpoint 192.0.2.1:1 keepalive 25 preshared-key 10.0.0.0/8`,
  ],
  [
    'words in another order of a new peer',
    `wg add wg0 peer ${key} keepalive 25 endpoint 192.0.2.1:1 allowed-ips 10.0.0.0/8`,
  ],
  ['a peer that goes, and more', `wg del wg0 peer ${key} 10.0.0.0/8`],
  ['a peer that goes without its key', 'wg del wg0 peer'],
  ['every peer', 'wg del wg0 peer *'],
  ['the default route', 'route set 0.0.0.0/0 dev wg0'],
  ['the default route of IPv6', 'route set ::/0 dev wg0 mtu 1300'],
  ['the default route by name', 'route set default dev wg0'],
  ['a route with a gateway', 'route set 10.0.0.0/8 via 10.0.0.1 dev wg0'],
  ['a route with another table', 'route set 10.0.0.0/8 dev wg0 table 5'],
  ['a route with an MTU below 576', 'route set 10.0.0.0/8 dev wg0 mtu 575'],
  ['a route with half an MTU', 'route set 10.0.0.0/8 dev wg0 mtu'],
  ['every route', 'route flush table main'],
  ['a flush of everything', 'route flush cache'],
  ['a flush of a network', 'route flush cache 10.0.0.0/8'],
  ['a flush of IPv6', 'route flush cache fd00::1'],
  ['a flush and more', 'route flush cache 192.0.2.1 table 5'],
  ['a neighbour that is removed', 'neigh del 10.42.2.0 dev flannel.1'],
  ['a forwarding entry that is removed', 'fdb del 02:00:00:00:00:02 dst 192.0.2.2 dev flannel.1'],
  ['a clamp', 'mss clamp flannel.1'],
  ['an equals sign', 'link=up flannel.1'],
  ['brackets alone', '[]'],
  ['a range of characters', 'link up [a-z]'],
  ['a tab', 'link\tup flannel.1'],
  ['a variable', 'link up $HOME'],
  ['a brace', 'link up {a}'],
  ['a caret', 'link up ^'],
  ['a tilde', 'link up ~'],
  ['an umlaut', 'link up flännel'],
];

describe.skipIf(obstacles.length > 0)(`the grammar on a node${why}`, () => {
  let pair: NamespacePair;
  let before: string;
  let keys = 0;

  beforeAll(async () => {
    pair = await createNamespacePair();
    before = await pair.node.tables();
  });
  afterAll(() => pair.remove());

  const parameters = (lines: readonly string[]) => {
    keys += 1;
    return {
      operationKey: `inc-1.grammar.${keys}`,
      fencingToken: '5',
      operations: lines.join(','),
      check: 'false',
      confirmWithinSeconds: '0',
    };
  };

  it.each(taken)('takes %s', async (line) => {
    const { report } = await pair.node.act('apply', { ...parameters([line]), check: 'true' });
    expect(report).toMatchObject({ checkOnly: true, status: expect.stringMatching(/^(applied|unchanged|failed)$/) });
  });

  it.each(refused)('refuses the whole call for %s', async (_what, line) => {
    const given = parameters([peerOperations[2], line]);
    const { code, report } = await pair.node.act('apply', given);
    expect(report).toMatchObject({ status: 'refused', changed: [], reason: expect.stringContaining('grammar') });
    expect(code).toBe(3);
  });

  it('has touched nothing and remembered nothing', async () => {
    expect(await pair.node.tables()).toBe(before);
    expect((await readdir(pair.node.root)).filter((name) => !/^(programs-\d+|run|script\.pid)$/.test(name))).toEqual(
      [],
    );
  });
});
