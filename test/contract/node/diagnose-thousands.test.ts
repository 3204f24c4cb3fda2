import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { formatDigests, tableDigests } from '../../../core/evidence/table-digests.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { parseNodeEvidence } from '../../../functions/runbook/look/parse-output.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { mustRun } from '../../../lab/run-program.ts';
import { createHealthyPair, diagnoseParameters, wgThatDumps } from './diagnosed-node.ts';
import type { NamespacePair } from './namespace-pair.ts';
import { bytes, randomNumbers } from './random-bytes.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const PEERS = 5_000;
const random = randomNumbers(7);
const numbers = Array.from({ length: PEERS }, (_, n) => n);
const hex = (n: number) => n.toString(16).padStart(2, '0');
const macs = numbers.map(() => ['02', ...bytes(random, 5).map(hex)].join(':'));
const publicIps = numbers.map((n) => `100.${64 + (n >> 8)}.${n & 255}.${1 + ((bytes(random, 1)[0] ?? 0) % 250)}`);
const pod = (n: number) => `10.${43 + (n >> 8)}.${n & 255}.0`;
const mac = (n: number) => macs[n] ?? '';
const publicIp = (n: number) => publicIps[n] ?? '';

const member = (name: string, podIp: string, vtepMac: string, address: string) =>
  NodeObject.parse({
    metadata: {
      name,
      annotations: {
        'flannel.alpha.coreos.com/backend-type': 'vxlan',
        'flannel.alpha.coreos.com/backend-data': JSON.stringify({ VNI: 1, VtepMAC: vtepMac }),
        'flannel.alpha.coreos.com/public-ip': address,
      },
    },
    spec: { podCIDR: `${podIp}/24` },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
const nodes = [
  member('gpu-1', '10.42.1.0', '02:00:00:00:00:01', '192.0.2.1'),
  member('gpu-2', '10.42.2.0', '02:00:00:00:00:02', '192.0.2.2'),
  ...numbers.map((n) => member(`far-${n}`, pod(n), mac(n), publicIp(n))),
];
const network = expectedNetwork(nodes, 'gpu-1');
const tables = network.expectedTables('flannel.1');
const digests = tables && tableDigests(tables);

const fdb = (n: number, to = publicIp(n)) => `fdb replace ${mac(n)} dev flannel.1 dst ${to} self permanent`;
const noFdb = (n: number) => `fdb del ${mac(n)} dev flannel.1 dst ${publicIp(n)} self`;
const neighbour = (n: number, as = mac(n)) => `neigh replace ${pod(n)} lladdr ${as} dev flannel.1 nud permanent`;
const route = (n: number, through = pod(n)) => `route replace ${pod(n)}/24 via ${through} dev flannel.1 onlink`;

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
    return parsed.value;
  };
  const findDrift = async () => network.findDrift('gpu-1', await diagnose(), 'flannel.1');

  it('says that all is well, and knows every entry', async () => {
    const evidence = await diagnose();
    expect(evidence.unseen).toEqual([]);
    expect(evidence.neighbours).toHaveLength(PEERS + 1);
    expect(evidence.fdb).toHaveLength(PEERS + 1);
    expect(evidence.fdb).toContainEqual([mac(4_711), publicIp(4_711)]);
    expect(network.findDrift('gpu-1', evidence, 'flannel.1')).toEqual([]);
  });

  describe('where one entry is not as it should be', () => {
    afterEach(async () => {
      await ip([neighbour(0), route(0), neighbour(2_500), route(2_500), neighbour(4_999), route(4_999)]);
    });
    const drifts = [
      ['neighbour-missing', (n: number) => ip([`neigh del ${pod(n)} dev flannel.1`])],
      ['neighbour-wrong', (n: number) => ip([neighbour(n, '02:00:00:00:99:99')])],
      ['route-missing', (n: number) => ip([`route del ${pod(n)}/24`])],
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
    await bridge([`fdb del ${mac(n)} dev flannel.1 dst 192.0.2.77 self`, fdb(n)]);
    expect(await findDrift()).toEqual([]);
  });

  it('shows an entry that nobody expects', async () => {
    await bridge(['fdb add 02:00:00:00:88:88 dev flannel.1 dst 100.66.3.9 self permanent']);
    expect((await diagnose()).fdb).toContainEqual(['02:00:00:00:88:88', '100.66.3.9']);
    await bridge(['fdb del 02:00:00:00:88:88 dev flannel.1 dst 100.66.3.9 self']);
  });

  it('finds two MACs that have changed places', async () => {
    await ip([neighbour(17, mac(18)), neighbour(18, mac(17))]);
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
    await bridge(numbers.flatMap((n) => [`fdb del ${mac(n)} dev flannel.1 dst 203.0.113.${n % 250} self`, fdb(n)]));
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
