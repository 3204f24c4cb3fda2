import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { createHealthyPair, diagnoseOn } from './diagnosed-node.ts';
import type { NamespacePair, RunOptions } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

/** What one sender sends to the host's port, and where it is translated to. */
const insert = (from: string, port: number, pod: string, how = '-u UNSET') =>
  `conntrack -I -p udp -s ${from} -d 192.0.2.1 --sport ${port} --dport 8125 -t 120 --dst-nat ${pod}:8125 ${how}`;

describe.skipIf(obstacles.length > 0)(`flows and offloads that diagnose tells${why}`, () => {
  let pair: NamespacePair;

  beforeAll(async () => {
    pair = await createHealthyPair();
    const { node } = pair;
    await node.execAll([
      'ip link add cni0 type bridge',
      'ip addr add 10.42.1.1/24 dev cni0',
      'ip link set cni0 up',
      ...['9', '10', '11', '12', '13'].map((last) => `ip neigh add 10.42.1.${last} dev cni0 nud failed`),
      'ip neigh add 10.42.1.7 lladdr 02:00:00:00:00:77 dev cni0 nud reachable',
      `mkdir -p ${node.root}/var/lib/cni/networks/cbr0 ${node.root}/run/flannel`,
      `printf 'FLANNEL_NETWORK=10.42.0.0/16\\nFLANNEL_SUBNET=10.42.1.1/24\\nFLANNEL_MTU=1450\\nFLANNEL_IPMASQ=true\\n' >${node.root}/run/flannel/subnet.env`,
      `touch ${node.root}/var/lib/cni/networks/cbr0/10.42.1.10`,
      insert('10.200.0.12', 40_000, '10.42.1.9'),
      insert('10.200.0.12', 40_001, '10.42.1.10'),
      insert('203.0.113.5', 40_002, '10.42.1.11'),
      insert('10.200.0.12', 40_003, '10.42.2.9'),
      insert('10.200.0.12', 40_004, '10.42.1.7'),
      insert('10.200.0.12', 40_005, '10.42.1.12', '-u SEEN_REPLY'),
      'conntrack -I -p udp -s 10.200.0.12 -d 10.42.1.13 --sport 40006 --dport 8125 -t 120 -r 10.42.1.13 -q 10.200.0.12 --reply-port-src 8125 --reply-port-dst 40006 -u UNSET',
    ]);
  });
  afterAll(() => pair.remove());

  const diagnose = async (options: RunOptions = {}, probes = '') =>
    (await diagnoseOn(pair.node, { probes }, options)).evidence;
  const dead = [['10.200.0.12:40000', '192.0.2.1:8125', '10.42.1.9', expect.any(Number)]];

  it('are those that nobody answers, to addresses of the node’s pods that no pod has, from private addresses', async () => {
    expect((await diagnose()).flows).toEqual(dead);
    expect((await diagnose({}, 'vtep-peer/10.42.2.0/56/echo')).flows).toEqual(dead);
  });

  it('say who computes the checksums of flannel’s device, where the host has ethtool', async () => {
    expect((await diagnose()).txChecksum).toBe('on');
    const without = await diagnose({ programs: { ethtool: 'exit 127' } });
    expect(without.txChecksum).toBeUndefined();
    expect(without.unseen.map(({ what }) => what)).not.toContain('txChecksum');
  });
});
