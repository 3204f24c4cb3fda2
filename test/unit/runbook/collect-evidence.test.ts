import { describe, expect, it } from 'vitest';
import type { CloudRoute } from '../../../core/cloud/route-table.ts';
import { type Evidence, measuredBy } from '../../../core/evidence/evidence.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { parseProbeName } from '../../../core/evidence/probe-name.ts';
import { formatDigests, tableDigests } from '../../../core/evidence/table-digests.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import type { KubeletPath } from '../../../core/safety/cluster.ts';
import { SettingsEnvironment, settingsFrom } from '../../../functions/runbook/config.ts';
import { collectEvidence } from '../../../functions/runbook/look/collect-evidence.ts';
import { documents } from '../../../runbooks/documents/documents.ts';
import { activeRoute, createFakeCloudRoutes } from '../../fakes/fake-cloud-routes.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeNodeCommands } from '../../fakes/fake-node-commands.ts';
import { healthyFleet, nodes as healthyNodes } from '../../fakes/healthy-evidence.ts';
import { asNative, flannelKeyOf, nativeNodes } from '../../fakes/native-evidence.ts';
import { inventoryWith } from '../inventory/sample-inventory.ts';

function setUp(
  broken: boolean,
  routeTables: Readonly<Record<string, readonly CloudRoute[]>> = {},
  fleet: readonly NodeObject[] = healthyNodes,
) {
  const commands = createFakeNodeCommands();
  commands.broken = broken;
  const cluster = createFakeCluster(fleet);
  const cloudRoutes = createFakeCloudRoutes(routeTables);
  const ports = { commands, cluster, cloudRoutes, clock: () => 1_800_000_000_000, sleep: async () => undefined };
  const settings = settingsFrom(SettingsEnvironment.parse({}));
  return {
    commands,
    cluster,
    cloudRoutes,
    collect: (node = 'gpu-1') => collectEvidence({ cluster: 'lab', node }, 'i.diagnose', ports, settings),
    /** Host and probes of every command, in the order of sending. */
    asked: () =>
      commands.sent.map(({ instanceId, parameters }) => ({
        host: instanceId.replace('mi-', ''),
        probes: (parameters['probes'] ?? '').split(',').filter((probe) => probe !== ''),
      })),
  };
}

async function evidenceOf(collecting: ReturnType<ReturnType<typeof setUp>['collect']>): Promise<Evidence> {
  const collected = await collecting;
  if (collected.type === 'unknown-target') throw new Error(collected.reason);
  return collected.evidence;
}

describe('collecting evidence', () => {
  const readings = ['cloud-1', 'gpu-1', 'gpu-2'];
  const probing = ['cloud-1 probes', 'gpu-1 probes', 'gpu-2 probes'];

  /** The commands of one look: who is asked by each, in alphabetical order. */
  async function rounds({ collect, commands }: ReturnType<typeof setUp>): Promise<readonly (readonly string[])[]> {
    await collect();
    const keys = commands.sent.map(({ operationKey, instanceId, parameters }) => {
      const who = `${instanceId.replace('mi-', '')}${parameters['probes'] === '' ? '' : ' probes'}`;
      return { operationKey, who };
    });
    return Object.values(Object.groupBy(keys, ({ operationKey }) => operationKey)).map((round = []) =>
      round.map(({ who }) => who).toSorted(),
    );
  }

  it('reads every host before its first packet, and lets the hub send before the others', async () => {
    const look = setUp(false);
    expect(await rounds(look)).toEqual([
      [...readings, 'hub-1 probes'],
      [...probing, 'hub-1 probes'],
    ]);
  });

  it('has the hub send what needs no reading first, and each probe once', async () => {
    const { collect, asked } = setUp(false);
    await collect();
    const [first = [], then = [], ...more] = asked()
      .filter(({ host, probes }) => host === 'hub-1' && probes.length > 0)
      .map(({ probes }) => probes.map((probe) => probe.split('/')[0]));
    expect(first).toEqual([
      ...['underlay-gpu-1', 'vtep-gpu-1', 'tcp-gpu-1', 'pod-gpu-1', 'hop-gpu-1'],
      ...['underlay-cloud-1', 'underlay-gpu-2'],
    ]);
    expect(then).toEqual(['full-gpu-1', 'workload-gpu-1', 'podtcp-gpu-1', 'fullhop-gpu-1']);
    expect(more).toEqual([]);
  });

  it.each([
    ['the tunnel loses a packet of the hub', 'underlay-gpu-1', false, true],
    ['flannel’s own WireGuard does', 'vtep-gpu-1', true, true],
    ['flannel’s VXLAN does: a packet of the node mends nothing there', 'vtep-gpu-1', false, false],
  ])('lets the hub send everything before the others where %s', async (_, lost, native, isAlone) => {
    const look = setUp(false);
    if (native) for (const { metadata } of nativeNodes) look.cluster.change(metadata.name, asNative);
    if (native) look.commands.reads = (measured) => ({ ...measured, flannelWireGuard: measured.wireguard });
    look.commands.lost = (name, host) => host === 'hub-1' && name === lost;
    const [first, second, third] = await rounds(look);
    expect(first).toEqual([...readings, 'hub-1 probes']);
    expect(second).toEqual(isAlone ? ['hub-1 probes'] : [...probing, 'hub-1 probes']);
    if (isAlone) expect(third).toEqual(probing);
  });

  it('reads every host before anybody sends where a tunnel has rested, and lets the hub send alone first', async () => {
    const look = setUp(false);
    look.commands.resting.add('hub-1');
    const [first, ...others] = await rounds(look);
    expect(first).toEqual([...readings, 'hub-1 probes']);
    const { readings: read } = await evidenceOf(look.collect());
    expect(others).toEqual([['hub-1 probes'], probing]);
    expect(read.every(({ runs }) => runs.length === 1)).toBe(true);
    expect(read.every((reading) => measuredBy(reading)?.probes.length === 0)).toBe(true);
  });

  it.each([
    ['does not wait for a kubelet that hangs where the tunnel answers the hub', false, ['cloud-1', 'gpu-1', 'gpu-2']],
    ['waits for it where the tunnel does not: a packet of the node could mend that', true, []],
  ])('%s', async (_, broken, sendingMeanwhile) => {
    const { collect, asked, cluster, commands } = setUp(false);
    const answer = Promise.withResolvers<KubeletPath>();
    cluster.probeKubelet = () => answer.promise;
    if (broken) commands.lost = (probe) => probe === 'underlay-gpu-1';
    const collecting = collect();
    const sending = () => asked().filter(({ probes }) => probes.length > 0);
    await expect.poll(() => sending().length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(
      sending()
        .map(({ host }) => host)
        .filter((host) => host !== 'hub-1')
        .toSorted(),
    ).toEqual(sendingMeanwhile);
    const path = { type: 'unreachable', reason: 'timeout', detail: 'no answer' } as const;
    answer.resolve(path);
    expect((await evidenceOf(collecting)).kubernetes.kubelet).toEqual(path);
    expect(sending().length).toBeGreaterThanOrEqual(4);
  });

  it('asks the hub, a peer of another site, and a host of the hub’s own network', async () => {
    const { readings } = await evidenceOf(setUp(false).collect());
    expect(readings.map(({ host, role }) => [host, role])).toEqual([
      ['gpu-1', 'node'],
      ['hub-1', 'hub'],
      ['gpu-2', 'peer'],
      ['cloud-1', 'segment'],
    ]);
    expect(readings.every(({ runs }) => runs.length === 1)).toBe(true);
  });

  it('takes a host that answers for another as not reached, and asks it no more', async () => {
    const { collect, asked, commands } = setUp(false);
    commands.reads = (evidence, host) => (host === 'gpu-2' ? { ...evidence, hostname: 'gpu-7' } : evidence);
    const { readings } = await evidenceOf(collect());
    expect(readings.find(({ host }) => host === 'gpu-2')).toMatchObject({
      passive: { status: 'unreachable', reason: 'the instance with the tag of gpu-2 answers as host gpu-7' },
      runs: [],
    });
    expect(asked().filter(({ host }) => host === 'gpu-2')).toHaveLength(1);
  });

  it('sends only probes that the document takes, with names that are understood again', async () => {
    const { collect, asked, commands } = setUp(true);
    await collect();
    const { probes, focus } = documents.diagnose.parameters;
    for (const { parameters } of commands.sent) {
      expect(parameters['probes']).toMatch(new RegExp(probes?.allowedPattern ?? '^never$'));
      expect(parameters['focus']).toMatch(new RegExp(focus?.allowedPattern ?? '^never$'));
    }
    const names = asked().flatMap((each) => each.probes.map((probe) => probe.split('/')[0] ?? ''));
    expect(names.filter((name) => parseProbeName(name) === undefined)).toEqual([]);
  });

  it('measures every layer both ways, with the full size of the sender’s own devices', async () => {
    const { collect, asked } = setUp(false);
    await collect();
    const fromNode = asked().find(({ host, probes }) => host === 'gpu-1' && probes.length > 0)?.probes ?? [];
    expect(fromNode).toContain('underlay-hub-1/10.0.1.10/56/echo');
    expect(fromNode).toContain('full-hub-1/10.42.0.0/1342/echo');
    expect(fromNode).toContain('hop-hub-1/10.42.0.254/56/hop');
    expect(fromNode).toContain('workload-hub-1/10.42.0.2/56/echo');
  });

  it('reads the route tables that are configured, and goes on where that is refused', async () => {
    const id = 'rtb-0123456789abcdef0';
    const { collect, cloudRoutes } = setUp(false, { [id]: [activeRoute('10.200.0.0/24', 'i-1')] });
    expect((await evidenceOf(collect())).routeTables).toEqual([
      { status: 'read', id, routes: [activeRoute('10.200.0.0/24', 'i-1')] },
    ]);
    cloudRoutes.unreadable = true;
    const { routeTables, readings } = await evidenceOf(collect());
    expect(routeTables).toEqual([{ status: 'unread', id, reason: 'UnauthorizedOperation' }]);
    expect(readings).toHaveLength(4);
  });

  it('carries the record’s entries of the hosts that it looks at, and their instances', async () => {
    const { collect, cluster } = setUp(false);
    cluster.inventory = { type: 'read', inventory: inventoryWith('gpu-7', { tunnelAddress: '10.200.0.17' }) };
    const { inventory, inventoryUnusable, readings } = await evidenceOf(collect());
    expect(Object.keys(inventory?.nodes ?? {}).toSorted()).toEqual(['cloud-1', 'gpu-1', 'gpu-2', 'hub-1']);
    expect(inventory?.nodes['gpu-1']?.tunnelAddress).toBe('10.200.0.11');
    expect(inventoryUnusable).toBeUndefined();
    expect(readings.map(({ instance }) => instance)).toEqual(['mi-gpu-1', 'mi-hub-1', 'mi-gpu-2', 'mi-cloud-1']);
  });

  it('goes on without a record that is absent, unreadable or contradicts itself, and says which', async () => {
    const { collect, cluster } = setUp(false);
    const record = async () => {
      const { inventory, inventoryUnusable } = await evidenceOf(collect());
      return { inventory, inventoryUnusable };
    };
    expect(await record()).toEqual({ inventory: undefined, inventoryUnusable: undefined });
    cluster.inventory = { type: 'unusable', reason: 'may not be read' };
    expect(await record()).toEqual({ inventory: undefined, inventoryUnusable: 'may not be read' });
    cluster.inventory = { type: 'read', inventory: inventoryWith('gpu-7', { tunnelAddress: '10.200.0.11' }) };
    expect(await record()).toEqual({
      inventory: undefined,
      inventoryUnusable: 'it contradicts itself: gpu-7, tunnelAddress: 10.200.0.11 belongs to gpu-1 too',
    });
    cluster.readInventory = () => Promise.reject(new RestitchError('kubernetes', 'no answer', { retryable: true }));
    expect(await record()).toEqual({ inventory: undefined, inventoryUnusable: 'no answer' });
  });

  it('names its commands apart, so that Run Command’s list tells them', async () => {
    const { collect, commands } = setUp(true);
    await collect();
    const keys = commands.sent.map(({ instanceId, operationKey }) => `${instanceId} ${operationKey}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('looks a second time when full-size packets are lost, and searches for what passes', async () => {
    const { collect, asked, commands } = setUp(false);
    commands.lost = (name) => name.startsWith('full');
    const { readings } = await evidenceOf(collect());
    const again = asked().slice(-4);
    expect(again.map(({ host }) => host).toSorted()).toEqual(['cloud-1', 'gpu-1', 'gpu-2', 'hub-1']);
    expect(again.find(({ host }) => host === 'gpu-1')?.probes).toContain('mtu-hub-1/10.0.1.10/1392/search');
    expect(readings.find(({ role }) => role === 'hub')?.runs).toHaveLength(2);
  });

  it('asks the peer and the segment host for full-size packets to the hub then, and both ends for their way to each other’s endpoint', async () => {
    const { collect, asked, commands } = setUp(false);
    commands.lost = (name) => name.startsWith('full');
    commands.reads = (measured) => ({ ...measured, ways: [] });
    const { readings } = await evidenceOf(collect());
    const again = asked().slice(-4);
    for (const host of ['gpu-2', 'cloud-1'])
      expect(again.find((each) => each.host === host)?.probes.map((probe) => probe.split('/')[0])).toEqual([
        'vtep-hub-1',
        'full-hub-1',
      ]);
    const ways = commands.sent.slice(-4).map(({ parameters }) => parameters['ways']);
    expect(ways.toSorted()).toEqual(['', '198.51.100.10', '198.51.100.10', '203.0.113.1']);
    expect(readings.find(({ role }) => role === 'node')?.runs.map((run) => run.ways)).toEqual([undefined, []]);
  });

  it('looks a second time when flannel’s WireGuard passes from the node to the hub only', async () => {
    const { collect, asked, commands, cluster } = setUp(false);
    for (const { metadata } of nativeNodes) cluster.change(metadata.name, asNative);
    commands.reads = (measured) => ({ ...measured, flannelWireGuard: measured.wireguard });
    commands.lost = (name, host) => host === 'hub-1' && name === 'vtep-gpu-1';
    const { readings } = await evidenceOf(collect());
    expect(asked().at(-1)).toEqual({
      host: 'hub-1',
      probes: ['underlay-gpu-1/10.200.0.11/56/echo', 'vtep-gpu-1/10.42.11.0/56/echo'],
    });
    expect(readings.find(({ role }) => role === 'hub')?.runs[1]?.flannelWireGuard).toBeDefined();
  });

  it('looks a second time when the hub did not reach the node, after the node has sent', async () => {
    const { collect, asked, commands } = setUp(false);
    commands.lost = (name, host) => host === 'hub-1' && name === 'underlay-gpu-1';
    await collect();
    expect(asked().at(-1)).toEqual({ host: 'hub-1', probes: ['underlay-gpu-1/10.200.0.11/56/echo'] });
  });

  it('asks every host for its ways to all of them, and to the kubelets’ port', async () => {
    const { collect, commands } = setUp(false);
    await collect();
    const { ways, kubeletPort } = documents.diagnose.parameters;
    for (const { parameters } of commands.sent) {
      expect(parameters['ways']).toMatch(new RegExp(ways?.allowedPattern ?? '^$'));
      expect(parameters['kubeletPort']).toMatch(new RegExp(kubeletPort?.allowedPattern ?? '^$'));
    }
    const [first, ...others] = commands.sent.filter(({ parameters }) => parameters['probes'] === '');
    expect(first?.parameters['ways']?.split(',').toSorted()).toEqual([
      ...['10.0.1.10', '10.0.2.20', '10.200.0.11', '10.200.0.12'],
      ...['10.42.0.0', '10.42.0.1', '10.42.1.0', '10.42.1.1', '10.42.11.0', '10.42.11.1', '10.42.12.0', '10.42.12.1'],
    ]);
    expect(others.every(({ parameters }) => parameters['ways'] === first?.parameters['ways'])).toBe(true);
  });

  it('keeps the counters of every run of probes', async () => {
    const { collect, commands } = setUp(false);
    commands.reads = (measured) => ({ ...measured, counters: { 'Udp.InErrors': commands.sent.length } });
    const { readings } = await evidenceOf(collect());
    for (const { passive, runs } of readings) {
      const before = passive.status === 'read' ? (passive.evidence.counters?.['Udp.InErrors'] ?? 0) : 0;
      expect(runs[0]?.counters?.['Udp.InErrors']).toBeGreaterThan(before);
    }
  });

  it('tries a peer that is not Ready, though nobody asks it', async () => {
    const { collect, asked, cluster } = setUp(false);
    cluster.change('gpu-2', (node) => ({ ...node, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }));
    const { readings } = await evidenceOf(collect());
    expect(readings.map(({ host }) => host)).not.toContain('gpu-2');
    const fromNode = asked().find(({ host, probes }) => host === 'gpu-1' && probes.length > 0)?.probes ?? [];
    expect(fromNode).toContain('underlay-gpu-2/10.200.0.12/56/echo');
  });

  it('reads flannel’s own WireGuard where the node’s object names it, and keeps the peers that the hosts have in it', async () => {
    const { collect, commands, cluster } = setUp(false);
    for (const { metadata } of nativeNodes) cluster.change(metadata.name, asNative);
    const { flannelDevice } = await evidenceOf(collect());
    expect(flannelDevice).toBe('flannel-wg');
    const { allowedPattern } = documents.diagnose.parameters['focus'] ?? { allowedPattern: '^$' };
    for (const { parameters } of commands.sent) {
      expect(parameters).toMatchObject({ flannelDevice: 'flannel-wg', wireguardDevice: 'wg0' });
      const focus = parameters['focus'] ?? '';
      for (const known of ['10.200.0.11', '10.42.11.0/24', flannelKeyOf('gpu-1'), '10.42.12.0/24'])
        expect(focus.split(',')).toContain(known);
      expect(focus).toMatch(new RegExp(allowedPattern));
    }
  });

  it('of a mixed fleet measures only towards nodes of the same backend', async () => {
    const { collect, asked, cluster } = setUp(false);
    for (const name of ['gpu-1', 'gpu-2']) cluster.change(name, asNative);
    await collect();
    const targets = asked().flatMap(({ probes }) =>
      probes.map((probe) => parseProbeName(probe.split('/')[0] ?? '')?.peer),
    );
    expect([...new Set(targets)].toSorted()).toEqual(['gpu-1', 'gpu-2']);
  });

  it('tells hosts of a large fleet what their tables should hold where these are read, and those of a small one nothing', async () => {
    const told = async (fleet: readonly NodeObject[]) => {
      const { collect, commands } = setUp(false, {}, fleet);
      await evidenceOf(collect());
      const reading = commands.sent.filter(({ parameters }) => parameters['whole'] !== 'false');
      return reading.map(({ parameters }) => parameters['digests']);
    };
    const { nodes } = healthyFleet(Array.from({ length: 900 }, () => 'dc-a'));
    const tables = expectedNetwork(nodes, 'gpu-1').expectedTables('flannel.1');
    const digests = tables && tableDigests(tables);
    expect(new Set(await told(nodes))).toEqual(new Set([digests && formatDigests(digests)]));
    expect(new Set(await told(healthyNodes))).toEqual(new Set([undefined]));
  });

  it('knows every entry of a host that agrees to all, and of one that agrees to none only what it prints', async () => {
    const fleet = healthyFleet(Array.from({ length: 900 }, () => 'dc-a'));
    const { collect, commands } = setUp(false, {}, fleet.nodes);
    const tables = expectedNetwork(fleet.nodes, 'gpu-1').expectedTables('flannel.1');
    const buckets = (tables && tableDigests(tables))?.fdb.length ?? 0;
    commands.reads = (evidence, host) => {
      const digits = (host === 'gpu-1' ? '1' : '0').repeat(buckets);
      const agrees = { neighbours: digits, fdb: digits, routes: digits };
      return { ...evidence, overlay: [], neighbours: [], fdb: [], routes: [], agrees };
    };
    const { readings } = await evidenceOf(collect());
    const known = readings.map((reading) => [reading.host, measuredBy(reading)?.fdb.length]);
    expect(Object.fromEntries(known)).toMatchObject({ 'gpu-1': fleet.nodes.length, 'hub-1': 0 });
    expect(measuredBy(readings[0])?.neighbours.toSorted()).toEqual(tables?.neighbours.toSorted());
    expect(measuredBy(readings[0])?.routes.toSorted()).toEqual(tables?.routes.toSorted());
  });

  it('says so when the cluster knows no such node', async () => {
    expect(await setUp(false).collect('gpu-9')).toMatchObject({
      type: 'unknown-target',
      reason: expect.stringContaining('gpu-9'),
    });
  });
});
