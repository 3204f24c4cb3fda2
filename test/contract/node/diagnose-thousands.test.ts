import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatDigests, tableDigests } from '../../../core/evidence/table-digests.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { mustRun } from '../../../lab/run-program.ts';
import { forwardingLine, manyPeers, neighbourLine, type Peer, routeLine, vxlanNode } from '../../fakes/many-peers.ts';
import { createHealthyPair, diagnoseParameters, wgThatDumps } from './diagnosed-node.ts';
import type { NamespacePair } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const PEERS = 5_000;
const peers = manyPeers(PEERS);
const numbers = peers.map((_, n) => n);
const peer = (n: number): Peer => peers[n] ?? never();
const nodes = [
  { name: 'gpu-1', overlayIp: '10.42.1.0', mac: '02:00:00:00:00:01', publicIp: '192.0.2.1' },
  { name: 'gpu-2', overlayIp: '10.42.2.0', mac: '02:00:00:00:00:02', publicIp: '192.0.2.2' },
  ...peers,
].map(vxlanNode);
const network = expectedNetwork(nodes, 'gpu-1');
const tables = network.expectedTables('flannel.1');
const digests = tables && tableDigests(tables);

const fdb = (n: number, publicIp = peer(n).publicIp) => forwardingLine({ ...peer(n), publicIp });
const noFdb = (n: number) => `fdb del ${peer(n).mac} dev flannel.1 dst ${peer(n).publicIp} self`;
const neighbour = (n: number, mac = peer(n).mac) => neighbourLine({ ...peer(n), mac });
const route = (n: number, through?: string) => routeLine(peer(n), through);

describe.skipIf(obstacles.length > 0)(`a host with 5,000 peers, told what it should hold${why}`, () => {
  let pair: NamespacePair;
  const ip = (lines: readonly string[]) =>
    mustRun(['ip', '-n', pair.node.name, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });
  const bridge = (lines: readonly string[]) =>
    mustRun(['bridge', '-n', pair.node.name, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });

  beforeAll(async () => {
    pair = await createHealthyPair();
    await ip(numbers.flatMap((n) => [neighbour(n), route(n)]));
    await bridge(numbers.map((n) => fdb(n)));
  }, 120_000);
  afterAll(() => pair.remove());

  const diagnose = async () => {
    const sent = { ...diagnoseParameters, digests: digests === undefined ? '' : formatDigests(digests) };
    const { stdout } = await pair.node.run('diagnose', sent, { programs: { wg: wgThatDumps } });
    expect(stdout.length).toBeLessThan(24_000);
    const parsed = parseNodeEvidence(stdout, digests);
    if (parsed.type === 'invalid') throw new Error(`${parsed.why}: ${stdout.slice(0, 2_000)}`);
    return parsed.value.evidence;
  };
  const findDrift = async () => network.findDrift('gpu-1', await diagnose(), 'flannel.1');

  it('says that all is well, and knows every entry', async () => {
    const evidence = await diagnose();
    expect(evidence.unseen).toEqual([]);
    expect(evidence.neighbours).toHaveLength(PEERS + 1);
    expect(evidence.fdb).toHaveLength(PEERS + 1);
    expect(evidence.fdb).toContainEqual([peer(4_711).mac, peer(4_711).publicIp]);
    expect(network.findDrift('gpu-1', evidence, 'flannel.1')).toEqual([]);
  });

  describe('where one entry is not as it should be', () => {
    afterEach(async () => {
      await ip([neighbour(0), route(0), neighbour(2_500), route(2_500), neighbour(4_999), route(4_999)]);
    });
    const drifts = [
      ['neighbour-missing', (n: number) => ip([`neigh del ${peer(n).overlayIp} dev flannel.1`])],
      ['neighbour-wrong', (n: number) => ip([neighbour(n, '02:00:00:00:99:99')])],
      ['route-missing', (n: number) => ip([`route del ${peer(n).overlayIp}/24`])],
      ['route-wrong', (n: number) => ip([route(n, '10.42.2.0')])],
    ] as const;
    it.each(drifts.flatMap(([type, make]) => [0, 2_500, 4_999].map((n) => [type, n, make] as const)))(
      'finds the %s of far-%i and nothing else',
      async (type, n, make) => {
        await make(n);
        expect(await findDrift()).toMatchObject([{ type, host: 'gpu-1', peer: `far-${n}` }]);
      },
    );
  });

  it.each([0, 2_500, 4_999])('finds the missing and the wrong forwarding entry of far-%i', async (n) => {
    await bridge([noFdb(n)]);
    expect(await findDrift()).toMatchObject([{ type: 'fdb-missing', peer: `far-${n}` }]);
    await bridge([fdb(n, '192.0.2.77')]);
    expect(await findDrift()).toMatchObject([{ type: 'fdb-wrong', peer: `far-${n}`, actual: ['192.0.2.77'] }]);
    await bridge([`fdb del ${peer(n).mac} dev flannel.1 dst 192.0.2.77 self`, fdb(n)]);
    expect(await findDrift()).toEqual([]);
  });

  it('shows an entry that nobody expects', async () => {
    await bridge(['fdb add 02:00:00:00:88:88 dev flannel.1 dst 100.66.3.9 self permanent']);
    expect((await diagnose()).fdb).toContainEqual(['02:00:00:00:88:88', '100.66.3.9']);
    await bridge(['fdb del 02:00:00:00:88:88 dev flannel.1 dst 100.66.3.9 self']);
  });

  it('finds two MACs that have changed places', async () => {
    await ip([neighbour(17, peer(18).mac), neighbour(18, peer(17).mac)]);
    const peers = (await findDrift()).map((drift) => ('peer' in drift ? `${drift.type} ${drift.peer}` : drift.type));
    expect(peers).toEqual(['neighbour-wrong far-17', 'neighbour-wrong far-18']);
    await ip([neighbour(17), neighbour(18)]);
  });

  it('finds fifty drifts in fifty places', async () => {
    const chosen = numbers.filter((n) => n % 100 === 3);
    await bridge(chosen.map(noFdb));
    expect((await findDrift()).map(({ type }) => type)).toEqual(chosen.map(() => 'fdb-missing'));
    await bridge(chosen.map((n) => fdb(n)));
  });

  it('is not taken for agreeing when every forwarding entry is gone', async () => {
    await bridge(numbers.map(noFdb));
    await bridge(['fdb del 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self']);
    const evidence = await diagnose();
    expect(evidence).toMatchObject({ fdb: [], unseen: [] });
    const drifts = network.findDrift('gpu-1', evidence, 'flannel.1');
    expect(new Set(drifts.map(({ type }) => type))).toEqual(new Set(['fdb-missing']));
    expect(drifts).toHaveLength(PEERS + 1);
    await bridge(numbers.map((n) => fdb(n)));
    await bridge(['fdb replace 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self permanent']);
  });

  it('concludes nothing from a table that differs everywhere and has no room', async () => {
    await bridge(numbers.flatMap((n) => [noFdb(n), fdb(n, `203.0.113.${n % 250}`)]));
    const evidence = await diagnose();
    expect(evidence.unseen.map(({ what }) => what)).toContain('fdb');
    expect(evidence.unseen.map(({ what }) => what)).not.toContain('neighbours');
    expect(network.findDrift('gpu-1', evidence, 'flannel.1')).toEqual([]);
    await bridge(
      numbers.flatMap((n) => [`fdb del ${peer(n).mac} dev flannel.1 dst 203.0.113.${n % 250} self`, fdb(n)]),
    );
  });
});

describe.skipIf(obstacles.length > 0)(`checksums that are not those of the fleet${why}`, () => {
  let pair: NamespacePair;
  beforeAll(async () => {
    pair = await createHealthyPair();
  });
  afterAll(() => pair.remove());

  it('are no agreement', async () => {
    const sent = { ...diagnoseParameters, digests: '1,2,3/4,5,6/7,8,9' };
    const { stdout } = await pair.node.run('diagnose', sent, { programs: { wg: wgThatDumps } });
    expect(parseNodeEvidence(stdout, digests)).toMatchObject({
      type: 'invalid',
      why: expect.stringContaining('was not told'),
    });
  });

  it.each(['1', '1/2', '1/2/3/4', '1,/2/3', 'a/b/c', '1/2/$(reboot)'])('refuses the digests %j', async (text) => {
    const { stdout } = await pair.node.run('diagnose', { ...diagnoseParameters, digests: text });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'refused' });
  });
});

function never(): never {
  throw new Error('there is no such peer');
}
