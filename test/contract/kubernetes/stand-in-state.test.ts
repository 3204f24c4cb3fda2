import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { type KubernetesStandIn, startKubernetesStandIn } from '../../../local/kubernetes/kubernetes-stand-in.ts';
import { createNodeHealth } from '../../../local/kubernetes/node-health.ts';
import { NodeTable } from '../../../local/kubernetes/node-table.ts';
import type { FleetRecord } from '../../../local/kubernetes/seed-inventory.ts';
import { seedNodes } from '../../../local/kubernetes/seed-nodes.ts';
import { createFakeFleet, type FakeFleet } from '../../fakes/fake-fleet.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { clusterFrom, Others, statusOf } from './cluster-under-test.ts';

const NOW = 2_000;
let stateDir: string;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'restitch-kubernetes-'));
});
afterEach(async () => {
  await rm(stateDir, { recursive: true, force: true });
});

async function withStandIn<T>(
  names: readonly string[],
  use: (standIn: KubernetesStandIn) => Promise<T>,
  record?: FleetRecord,
): Promise<T> {
  const standIn = await startKubernetesStandIn({
    fleet: createFakeFleet(names),
    stateDir,
    token: 'token',
    ...(record === undefined ? {} : { record }),
  });
  try {
    return await use(standIn);
  } finally {
    await standIn.close();
  }
}

describe('a restart', () => {
  it('keeps what was acknowledged before a kill -9', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'stand-in-process.ts'), stateDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await clusterFrom(await firstLine(child)).placeClaim('gpu-1', claimOf(), NOW);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await withStandIn(['gpu-1'], async ({ kubeconfig }) => {
      expect(await clusterFrom(kubeconfig).placeClaim('gpu-1', claimOf(), NOW)).toEqual({ type: 'unchanged' });
    });
  });

  it('keeps claims, labels of others and the uid, and takes the fleet’s annotations anew', async () => {
    const left = await withStandIn(['gpu-0', 'gpu-1'], async ({ kubeconfig }) => {
      const others = new Others(kubeconfig);
      await others.patch('gpu-1', {
        metadata: {
          labels: { 'example.com/rack': '7' },
          annotations: { 'flannel.alpha.coreos.com/public-ip': 'stale' },
        },
      });
      await clusterFrom(kubeconfig).placeClaim('gpu-1', claimOf(), NOW);
      return others.node('gpu-1');
    });
    await withStandIn(['gpu-0', 'gpu-1'], async ({ kubeconfig }) => {
      const node = await new Others(kubeconfig).node('gpu-1');
      expect(node.metadata.uid).toBe(left.metadata.uid);
      expect(node.metadata.labels).toEqual(left.metadata.labels);
      expect(node.metadata.annotations['flannel.alpha.coreos.com/public-ip']).toBe('10.200.0.11');
      expect(node.spec).toEqual(left.spec);
      expect(Number(node.metadata.resourceVersion)).toBeGreaterThan(Number(left.metadata.resourceVersion));
    });
  });

  it('opens a state file of an older version, which also kept events', async () => {
    const older = new DatabaseSync(join(stateDir, 'kubernetes.sqlite'));
    older.exec(`
      CREATE TABLE events (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, body TEXT NOT NULL);
      INSERT INTO events (name, body) VALUES ('gpu-1.restitch-1', '{}');
    `);
    older.close();
    await withStandIn(['gpu-1'], async ({ kubeconfig }) => {
      expect(await clusterFrom(kubeconfig).placeClaim('gpu-1', claimOf(), NOW)).toEqual({ type: 'placed' });
      expect(statusOf(await new Others(kubeconfig).call('GET', '/api/v1/events'))).toBe(404);
    });
  });

  it('drops the nodes that the fleet has no more', async () => {
    await withStandIn(['gpu-0', 'gpu-1'], async () => undefined);
    await withStandIn(['gpu-1'], async ({ kubeconfig }) => {
      expect((await clusterFrom(kubeconfig).listNodes()).map(({ metadata }) => metadata.name)).toEqual(['gpu-1']);
    });
  });
});

describe('the inventory of the fleet’s platform team', () => {
  const entry = (tunnelAddress: string) => ({ tunnelAddress, allowedNetworks: [] });
  const inventory: Inventory = {
    version: 1,
    tunnelNetworks: ['10.200.0.0/24'],
    nodes: { 'gpu-0': entry('10.200.0.10'), 'gpu-1': entry('10.200.0.11') },
  };
  const kept = { namespace: 'platform', inventory };
  const off = { namespace: 'platform', inventory: null };
  const path = '/api/v1/namespaces/platform/configmaps';
  const read = ({ kubeconfig }: KubernetesStandIn) => clusterFrom(kubeconfig).readInventory('platform');
  const configMap = (data: Readonly<Record<string, string>>) => ({ metadata: { name: 'restitch-inventory' }, data });

  it('is there from the start, and written anew at each', async () => {
    await withStandIn(
      ['gpu-1'],
      async (standIn) => {
        expect(await read(standIn)).toEqual({ type: 'read', inventory });
        const others = new Others(standIn.kubeconfig);
        expect(statusOf(await others.call('PUT', `${path}/restitch-inventory`, configMap({})))).toBe(200);
        expect((await read(standIn)).type).toBe('unusable');
      },
      kept,
    );
    await withStandIn(['gpu-1'], async (standIn) => expect((await read(standIn)).type).toBe('read'), kept);
  });

  it('does not follow what a fault writes into Node objects', async () => {
    const fleet = { ...createFakeFleet(['gpu-0', 'gpu-1']) };
    const standIn = await startKubernetesStandIn({ fleet, stateDir, token: 'token', record: kept });
    fleet.hosts = createFakeFleet(['gpu-1', 'gpu-0']).hosts;
    const node = await new Others(standIn.kubeconfig).node('gpu-1');
    expect(node.metadata.annotations['flannel.alpha.coreos.com/public-ip']).toBe('10.200.0.10');
    expect(await read(standIn)).toEqual({ type: 'read', inventory });
    await standIn.close();
  });

  it('is gone when the team keeps none', async () => {
    await withStandIn(['gpu-1'], async () => undefined, kept);
    await withStandIn(['gpu-1'], async (standIn) => expect(await read(standIn)).toEqual({ type: 'absent' }), off);
  });

  it('stays, when the team keeps none, where somebody else made it', async () => {
    await withStandIn(
      ['gpu-1'],
      async ({ kubeconfig }) => {
        const text = 'version: 1\ntunnelNetworks: []\nnodes: {}\n';
        const created = await new Others(kubeconfig).call('POST', path, configMap({ 'inventory.yaml': text }));
        expect(statusOf(created)).toBe(201);
      },
      off,
    );
    await withStandIn(['gpu-1'], async (standIn) => expect((await read(standIn)).type).toBe('read'), off);
  });
});

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error('the stand-in ended before it printed its kubeconfig');
}

describe('patches as other clients send them', () => {
  it.each([
    ['kubectl cordon', { spec: { unschedulable: true } }, 'application/strategic-merge-patch+json', 200],
    ['a merge directive', { spec: { $patch: 'replace' } }, 'application/strategic-merge-patch+json', 415],
    ['plain JSON', { spec: {} }, 'application/json', 415],
    ['server-side apply', { spec: {} }, 'application/apply-patch+yaml', 415],
  ])('%s as %s', async (_what, body, contentType, status) => {
    await withStandIn(['gpu-1'], async ({ kubeconfig }) => {
      const answer = await new Others(kubeconfig).call('PATCH', '/api/v1/nodes/gpu-1', body, contentType);
      expect(statusOf(answer)).toBe(status);
    });
  });
});

describe('a kubelet’s lease and the Ready condition', () => {
  const start = Date.parse('2026-11-21T03:00:00Z');

  function world() {
    const fleet = createFakeFleet(['gpu-1']);
    const table = new NodeTable(join(stateDir, 'kubernetes.sqlite'));
    seedNodes(table, fleet, start);
    const time = { now: start };
    return { fleet, table, time, health: createNodeHealth(fleet, table, () => time.now) };
  }

  it('is renewed while the kubelet answers, and asked for at most every ten seconds', async () => {
    const { fleet, table, time, health } = world();
    for (const [seconds, renewed] of [
      [0, 0],
      [9.999, 0],
      [10, 10],
    ] as const) {
      time.now = start + seconds * 1_000;
      expect(await health.renewedAt('gpu-1')).toBe(start + renewed * 1_000);
    }
    expect(fleet.looked).toHaveLength(2);
    table.close();
  });

  it.each([
    ['the kubelet is stopped', (fleet: FakeFleet) => fleet.kubelets.set('gpu-1', { type: 'refused' }), start],
    ['the way in is silent', (fleet: FakeFleet) => fleet.kubelets.set('gpu-1', { type: 'timeout' }), start + 60_000],
    ['the way out is cut', (fleet: FakeFleet) => fleet.cutOff.add('gpu-1'), start],
    ['the host is off', (fleet: FakeFleet) => fleet.switchedOff.add('gpu-1'), start],
  ])('when %s', async (_what, strike, renewed) => {
    const { fleet, table, time, health } = world();
    await health.renewedAt('gpu-1');
    strike(fleet);
    time.now = start + 60_000;
    expect(await health.renewedAt('gpu-1')).toBe(renewed);
    table.close();
  });

  it.each([
    [40_000, 'True'],
    [40_001, 'Unknown'],
  ])('%d ms after the last renewal Ready is %s', async (age, status) => {
    const { fleet, table, time, health } = world();
    await health.renewedAt('gpu-1');
    fleet.kubelets.set('gpu-1', { type: 'refused' });
    time.now = start + age;
    const [node] = table.list();
    if (node === undefined) throw new Error('the table is empty');
    expect(await health.withStatus(node)).toMatchObject({ status: { conditions: [{ type: 'Ready', status }] } });
    table.close();
  });
});
