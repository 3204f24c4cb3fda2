import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { createNamespacePair, type NamespacePair } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const flow = 'conntrack del udp 10.42.2.5:40000 192.0.2.1:8125 at 10.42.1.9';

/** What the planner would never ask for, and the node does not do even so. */
const refused: readonly (readonly [what: string, line: string, reason: RegExp])[] = [
  ['the only address of a device', 'addr del 10.42.1.0/32 dev flannel.1', /only address/],
  ['an address of the uplink', 'addr del 192.0.2.1/24 dev wire0', /no VXLAN device or bridge/],
  ['an address of the bridge that the default route uses', 'addr del 10.42.9.1/24 dev br-lan', /default route/],
  ['the offload of the uplink', 'offload wire0 tx-checksum-ip-generic off', /no VXLAN device/],
  ['a flow to an address that host-local gave out', flow.replace('1.9', '1.8'), /a pod has 10\.42\.1\.8/],
  ['a flow to an address that answers', flow.replace('1.9', '1.7'), /a pod has 10\.42\.1\.7/],
];

/** Programs that are not on every host. */
const missing: readonly (readonly [program: string, line: string])[] = [
  ['ethtool', 'offload flannel.1 tx-checksum-ip-generic off'],
  ['conntrack', flow],
];

describe.skipIf(obstacles.length > 0)(`the bounds of operations on a node${why}`, () => {
  let pair: NamespacePair;
  let keys = 0;

  beforeAll(async () => {
    pair = await createNamespacePair();
    const { node } = pair;
    await node.execAll([
      'ip link add br-lan type bridge',
      'ip addr add 10.42.9.1/24 dev br-lan',
      'ip addr add 10.42.9.2/24 dev br-lan',
      'ip link set br-lan up',
      'ip route add default via 10.42.9.254 dev br-lan',
      'ip neigh add 10.42.1.7 lladdr 02:00:00:00:00:77 dev br-lan nud reachable',
      `mkdir -p ${node.root}/var/lib/cni/networks/cbr0`,
      `touch ${node.root}/var/lib/cni/networks/cbr0/10.42.1.8`,
      ...['10.42.1.7', '10.42.1.8', '10.42.1.9'].map(
        (pod, index) =>
          `conntrack -I -p udp -s 10.42.2.5 -d 192.0.2.1 --sport 4000${index} --dport 8125 -t 120 --dst-nat ${pod}:8125 -u UNSET`,
      ),
    ]);
  });
  afterAll(() => pair.remove());

  const parameters = (line: string) => {
    keys += 1;
    return {
      operationKey: `inc-1.bounds.${keys}`,
      fencingToken: '5',
      operations: line,
      check: 'false',
      confirmWithinSeconds: '600',
    };
  };

  it.each(refused)('keep %s', async (_what, line, reason) => {
    const { report } = await pair.node.act('apply', parameters(line));
    expect(report).toMatchObject({ status: 'failed', changed: [], reason: expect.stringMatching(reason) });
  });

  it.each(missing)('say that %s is not there', async (program, line) => {
    const programs = { [program]: `echo '${program}: not found' >&2; exit 127` };
    const { report } = await pair.node.act('apply', parameters(line), { programs });
    expect(report).toMatchObject({ status: 'failed', changed: [], reason: expect.stringContaining(program) });
  });

  it('leave a flow that is gone alone', async () => {
    const { report } = await pair.node.act('apply', parameters(flow.replace('40000', '41111')));
    expect(report).toMatchObject({ status: 'unchanged', changed: [] });
  });
});
