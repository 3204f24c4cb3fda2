import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { Inventory } from '../../../core/inventory/inventory.ts';
import { PAUSE_LIST, type PauseScope, withPause } from '../../../core/safety/pause.ts';
import { KeptFiles } from '../../../core/watchdog/kept-files.ts';
import { SettingsEnvironment } from '../../../functions/settings-environment.ts';
import type { FileSettings } from '../../../functions/sweep/expected-network-environment.ts';
import { fileSettingsFrom } from '../../../functions/sweep/expected-network-environment.ts';
import { keepExpectedNetworks } from '../../../functions/sweep/keep-expected-networks.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeFileCommands, fileIn } from '../../fakes/fake-file-commands.ts';
import { createInMemoryRecords, createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';

const nodeObject = (name: string, number: number, uid = `uid-${name}`) =>
  NodeObject.parse({
    metadata: {
      name,
      uid,
      labels: { 'restitch.dev/pool': number === 1 ? 'a100' : 'h100' },
      annotations: {
        'flannel.alpha.coreos.com/backend-type': 'vxlan',
        'flannel.alpha.coreos.com/backend-data': JSON.stringify({ VNI: 1, VtepMAC: '0a:58:0a:2a:02:00' }),
        'flannel.alpha.coreos.com/public-ip': `10.200.0.${number % 250}`,
      },
    },
    spec: { podCIDR: `10.42.${number % 250}.0/24` },
  });
const fleetOf = (count: number) =>
  Array.from({ length: count }, (_, index) => nodeObject(`gpu-${index + 1}`, index + 1));

const settingsWith = (environment: Readonly<Record<string, string>>): FileSettings | undefined => {
  const settings = fileSettingsFrom(SettingsEnvironment.parse({ REPAIR_MODE: 'act', ...environment }));
  return settings && { ...settings, clusters: ['lab'] };
};

function setUp({
  nodes = 3,
  environment = {},
}: {
  nodes?: number;
  environment?: Readonly<Record<string, string>>;
} = {}) {
  const hand = createFakeClock();
  const commands = createFakeFileCommands();
  const cluster = createFakeCluster(fleetOf(nodes));
  const safety = createInMemorySafetyRecords();
  const files = createInMemoryRecords(KeptFiles);
  const log = createRecordingLog();
  const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
  const ports = { commands, cluster, safety, files, log, digest, clock: hand.now };
  const settings = settingsWith(environment);
  if (settings === undefined) throw new Error('files are not kept');
  const pass = async () => {
    hand.advanceSeconds(60);
    await keepExpectedNetworks(ports, settings);
    return commands.takeSent();
  };
  /** A fleet in which every node has its file. */
  const settle = async () => {
    while ((await pass()).length > 0) commands.finish();
  };
  const pause = (scope: PauseScope) =>
    safety.pauses.change(PAUSE_LIST, (list) =>
      withPause(list, { scope, reason: 'maintenance', by: 'alice', since: hand.now(), until: null }),
    );
  return { ...ports, hand, pass, settle, pause };
}

const move = (node: NodeObject): NodeObject =>
  withAnnotations(node, { 'flannel.alpha.coreos.com/public-ip': '10.200.0.99' });

describe('the files of the watchdogs', () => {
  it('are sent to every node once, with what the Node objects say', async () => {
    const floor = setUp();
    expect(await floor.pass()).toEqual(['gpu-1', 'gpu-2', 'gpu-3']);
    const [first] = floor.commands.sent;
    expect(first).toMatchObject({ document: 'expect', instanceId: 'mi-gpu-1' });
    expect(first?.operationKey.length).toBeLessThanOrEqual(100);
    expect(first && fileIn(first)).toMatch(/^self gpu-1 overlay=vxlan .*\npeer gpu-2 .*\npeer gpu-3 .*\n$/);
    expect(await floor.pass()).toEqual([]);
    floor.commands.finish();
    expect(await floor.pass()).toEqual([]);
    expect(await floor.pass()).toEqual([]);
  });

  it('are sent again to everybody when one node announces something else, and grow newer', async () => {
    const floor = setUp();
    await floor.settle();
    floor.cluster.change('gpu-2', move);
    expect(await floor.pass()).toEqual(['gpu-1', 'gpu-2', 'gpu-3']);
    const generations = floor.commands.sent.map(({ parameters }) => Number(parameters['generation']));
    expect(generations[3]).toBeGreaterThan(generations[2] ?? 0);
  });

  it('that changed while a command was under way follow it', async () => {
    const floor = setUp();
    await floor.pass();
    floor.cluster.change('gpu-2', move);
    expect(await floor.pass()).toEqual([]);
    floor.commands.finish();
    expect(await floor.pass()).toEqual(['gpu-1', 'gpu-2', 'gpu-3']);
  });

  it('are sent to a node that was made anew under its name', async () => {
    const floor = setUp();
    await floor.settle();
    floor.cluster.change('gpu-2', (node) => ({ ...node, metadata: { ...node.metadata, uid: 'another' } }));
    expect(await floor.pass()).toEqual(['gpu-2']);
  });

  it('of nodes that are gone are forgotten', async () => {
    const floor = setUp();
    await floor.settle();
    floor.cluster.listNodes = async () => fleetOf(2);
    await floor.settle();
    expect(Object.keys((await floor.files.get('lab'))?.nodes ?? {})).toEqual(['gpu-1', 'gpu-2']);
  });

  it('cost no write and no command in a pass that finds nothing new', async () => {
    const floor = setUp();
    await floor.settle();
    floor.commands.findInstance = () => Promise.reject(new Error('asked'));
    let writes = 0;
    const ports = {
      ...floor,
      files: {
        ...floor.files,
        change: (...[key, change]: Parameters<typeof floor.files.change>) =>
          floor.files.change(key, (current) => {
            const changed = change(current);
            if (changed !== undefined) writes += 1;
            return changed;
          }),
      },
    };
    await keepExpectedNetworks(ports, settingsWith({}) ?? expect.fail());
    expect(writes).toBe(0);
    expect(floor.log.of('expected-networks-stopped')).toEqual([]);
  });

  it('go to a hundred nodes in a pass, and to the others in the next one', async () => {
    const floor = setUp({ nodes: 130 });
    expect((await floor.pass()).length).toBe(100);
    expect((await floor.pass()).length).toBe(30);
  });
});

describe('a node', () => {
  it('whose agent is offline is left out, and asked again after five minutes', async () => {
    const floor = setUp();
    const agent = { status: 'offline', version: '3.3.2746.0' } as const;
    floor.commands.lookups.set('gpu-2', { type: 'found', instanceId: 'mi-gpu-2', agent });
    expect(await floor.pass()).toEqual(['gpu-1', 'gpu-3']);
    floor.commands.finish();
    floor.commands.lookups.clear();
    for (let minute = 0; minute < 4; minute++) expect(await floor.pass()).toEqual([]);
    expect(await floor.pass()).toEqual(['gpu-2']);
  });

  it('without an instance is said to have none, and asked again after growing pauses', async () => {
    const floor = setUp();
    floor.commands.lookups.set('gpu-2', { type: 'missing', reason: 'no instance has the tag' });
    for (let minute = 0; minute < 15; minute++) {
      await floor.pass();
      floor.commands.finish();
    }
    const told = floor.log.of('expected-network-failed');
    expect(told).toHaveLength(4);
    expect(told[0]).toEqual({ node: 'gpu-2', reason: 'no instance has the tag' });
  });

  it.each([
    [{ status: 'failed', exitCode: 3, stdout: '{"reason":"line 2: no name"}', stderr: '' }, /exit code 3.*no name/],
    [{ status: 'timed-out', stdout: '' }, /no end/],
    [{ status: 'not-delivered', reason: 'undeliverable' }, /undeliverable/],
  ] as const)('that did not write its file gets it again: $status', async (result, reason) => {
    const floor = setUp({ nodes: 1 });
    await floor.pass();
    floor.commands.finish(result);
    expect(await floor.pass()).toEqual([]);
    expect(floor.log.of('expected-network-failed')[0]?.['reason']).toMatch(reason);
    expect(await floor.pass()).toEqual([]);
    expect(await floor.pass()).toEqual(['gpu-1']);
  });

  it('of which no answer comes gets it again after ten minutes and a pause', async () => {
    const floor = setUp({ nodes: 1 });
    await floor.pass();
    for (let minute = 0; minute < 11; minute++) expect(await floor.pass()).toEqual([]);
    expect(await floor.pass()).toEqual(['gpu-1']);
  });

  it('whose command may have been sent gets it again after a pause', async () => {
    const floor = setUp({ nodes: 1 });
    floor.commands.nextSends.push('lost-reply');
    expect(await floor.pass()).toEqual([]);
    expect(await floor.pass()).toEqual([]);
    expect(await floor.pass()).toEqual(['gpu-1']);
  });
});

describe('nothing is sent', () => {
  it('any more in this pass when Run Command asks for patience', async () => {
    const floor = setUp({ nodes: 20 });
    floor.commands.nextSends.push('throttled');
    expect((await floor.pass()).length).toBe(3);
    expect(floor.log.of('expected-networks-stopped')).toHaveLength(1);
    expect((await floor.pass()).length).toBe(17);
  });

  it.each([
    [{ type: 'all' }, []],
    [{ type: 'cluster', cluster: 'lab' }, []],
    [{ type: 'cluster', cluster: 'other' }, ['gpu-1', 'gpu-2', 'gpu-3']],
    [{ type: 'pool', pool: 'a100' }, ['gpu-2', 'gpu-3']],
    [{ type: 'class', class: 'vxlan-wedge' }, ['gpu-1', 'gpu-2', 'gpu-3']],
  ] as const)('where a person has paused %j, but to %j', async (scope, names) => {
    const floor = setUp();
    await floor.pause(scope);
    expect(await floor.pass()).toEqual(names);
  });

  it('when the pauses cannot be read', async () => {
    const floor = setUp();
    floor.safety.pauses.faults.next('get', 'refused');
    await expect(floor.pass()).rejects.toThrow();
    expect(floor.commands.sent).toEqual([]);
  });

  it.each([
    [{ type: 'unusable', reason: 'it is no YAML' }, 'it is no YAML'],
    [
      {
        type: 'read',
        inventory: Inventory.parse({
          version: 1,
          tunnelNetworks: [],
          nodes: { 'gpu-1': { tunnelAddress: '10.200.0.1' } },
        }),
      },
      'the inventory contradicts itself',
    ],
  ] as const)('where the record of the fleet cannot be relied on', async (inventory, reason) => {
    const floor = setUp();
    floor.cluster.inventory = inventory;
    expect(await floor.pass()).toEqual([]);
    expect(floor.log.of('expected-networks-not-kept')).toEqual([{ reason }]);
  });

  it.each([
    [200, 200],
    [201, 0],
  ])('in a fleet that is too large to be kept up to date: of %i nodes %i get one', async (nodes, sent) => {
    const floor = setUp({ nodes });
    expect((await floor.pass()).length + (await floor.pass()).length).toBe(sent);
  });
});

describe('the setting', () => {
  it.each([
    [{}, true],
    [{ REPAIR_MODE: 'shadow' }, false],
    [{ REPAIR_MODE: 'shadow', EXPECTED_NETWORK: 'always' }, true],
    [{ EXPECTED_NETWORK: 'off' }, false],
  ])('with %j: files are kept: %s', (environment, kept) => {
    expect(settingsWith(environment) !== undefined).toBe(kept);
  });
});
