import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAccessReviews } from '../../../adapters/kubernetes/access-reviews.ts';
import { clusterChecks } from '../../../cli/doctor/cluster-checks.ts';
import { neededRights } from '../../../cli/doctor/needed-rights.ts';
import { configureFrom } from '../../../local/kubernetes/cluster-from.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { applyManifests, kubeconfigOf, untilAllowed } from './apply-rbac.ts';
import { describeClusterContract, type Opened } from './cluster-contract.ts';
import { clusterFrom, Others, statusOf, textOf } from './cluster-under-test.ts';
import { describeEvictions } from './eviction-contract.ts';
import { findKubeScript, type KubeApiserver, startKubeApiserver } from './kube-script.ts';
import { startStubKubelets } from './stub-kubelets.ts';

const NOW = 2_000;
const deploy = join(import.meta.dirname, '..', '..', '..', 'deploy', 'kubernetes');
let server: KubeApiserver | undefined;
let missing: string | undefined;

beforeAll(async () => {
  const script = await findKubeScript();
  if (script === undefined) {
    missing = 'no kube.sh found; set RESTITCH_KUBE_DIR to the folder that has it';
    return;
  }
  server = await startKubeApiserver(script);
}, 120_000);

afterAll(async () => {
  await server?.down();
}, 60_000);

function nodeObject(name: string, kubeletPort: number): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'restitch.dev/pool': 'gpu' }, annotations: { team: 'platform' } },
    spec: { podCIDR: '10.42.1.0/24', podCIDRs: ['10.42.1.0/24'] },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    },
  };
}

async function open(): Promise<Opened> {
  if (server === undefined || missing !== undefined) {
    return { type: 'unavailable', reason: missing ?? 'it was not started' };
  }
  const { dir } = server;
  const adminKubeconfig = await server.kubeconfig('admin');
  const admin = new Others(adminKubeconfig);
  await applyManifests(admin, 'rbac.yaml');
  const kubeconfig = await kubeconfigOf(admin, adminKubeconfig, 'restitch-runbook');
  const stubs = await startStubKubelets(`${dir}/pki`);
  let count = 0;
  const create = async (port: number): Promise<string> => {
    count += 1;
    const name = `gpu-${count}`;
    textOf(await admin.call('POST', '/api/v1/nodes', nodeObject(name, port)));
    return name;
  };
  const runbook = new Others(kubeconfig);
  for (const path of ['/api/v1/nodes', '/api/v1/namespaces/restitch/configmaps/restitch-inventory'])
    await untilAllowed(runbook, path);
  return {
    type: 'open',
    cluster: {
      kubeconfig,
      adminKubeconfig,
      wrongTokenKubeconfig: (await server.kubeconfig('token')).replace(/token: \w+/, 'token: wrong'),
      freshNode: () => create(stubs.ports.live),
      kubelets: {
        refusing: await create(stubs.ports.refusing),
        silent: await create(stubs.ports.silent),
        unhealthy: await create(stubs.ports.unhealthy),
      },
      close: () => stubs.close(),
    },
  };
}

describeClusterContract('a real kube-apiserver', open);

function adminKubeconfig(): Promise<string> {
  if (server === undefined) throw new Error('it was not started');
  return server.kubeconfig('admin');
}

function reviewsOf(kubeconfig: string) {
  return createAccessReviews(configureFrom(kubeconfig));
}

describe('the roles of deploy/kubernetes/rbac.yaml on a real kube-apiserver', () => {
  let admin: Others;
  let kubeconfigs: Readonly<Record<'runbook' | 'sweep' | 'nobody', string>>;

  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });

  beforeAll(async () => {
    if (server === undefined || missing !== undefined) return;
    const adminKubeconfig = await server.kubeconfig('admin');
    admin = new Others(adminKubeconfig);
    kubeconfigs = {
      runbook: await kubeconfigOf(admin, adminKubeconfig, 'restitch-runbook'),
      sweep: await kubeconfigOf(admin, adminKubeconfig, 'restitch-sweep'),
      nobody: await server.kubeconfig('restricted'),
    };
    textOf(await admin.call('POST', '/api/v1/nodes', nodeObject('least', 1)));
    await untilAllowed(new Others(kubeconfigs.sweep), '/api/v1/nodes/least');
  });

  const refusal = expect.objectContaining({ code: 'kubernetes', retryable: false });

  it('are needed: without any role every call is a refusal that is not worth repeating', async () => {
    const cluster = clusterFrom(kubeconfigs.nobody);
    await expect(cluster.listNodes()).rejects.toEqual(refusal);
    await expect(cluster.placeClaim('least', claimOf(), NOW)).rejects.toEqual(refusal);
    await expect(cluster.probeKubelet('least')).rejects.toEqual(refusal);
    expect(await cluster.listLeaseAges(NOW)).toBe('unknown');
  });

  it('let the runbook list all leases', async () => {
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    const spec = { holderIdentity: 'least', leaseDurationSeconds: 40, renewTime: '2026-11-21T03:00:00.000000Z' };
    textOf(await admin.call('POST', path, { metadata: { name: 'least' }, spec }));
    const now = Date.UTC(2026, 10, 21, 3, 0, 7);
    const cluster = clusterFrom(kubeconfigs.runbook);
    expect(await cluster.listLeaseAges(now)).toEqual(new Map([['least', 7]]));
  });

  it('let the sweep list nodes and give one back, and no more: neither kubelets nor conditions', async () => {
    const cluster = clusterFrom(kubeconfigs.sweep);
    await clusterFrom(kubeconfigs.runbook).placeClaim('least', claimOf(), NOW);
    expect((await cluster.listNodes()).map((node) => node.metadata.name)).toContain('least');
    expect(await cluster.releaseClaim('least', claimOf())).toEqual({ type: 'released' });
    await expect(cluster.probeKubelet('least')).rejects.toEqual(refusal);
    const condition = { status: 'True', reason: 'Healthy', message: '' } as const;
    const report = { node: 'least', uid: undefined, condition, eventName: 'restitch.least.1', at: NOW };
    await expect(cluster.reportOverlay(report)).rejects.toEqual(refusal);
  });

  it('are all that the doctor asks about, and nobody else has them', async () => {
    const needed = neededRights(await readFile(join(deploy, 'rbac.yaml'), 'utf8'));
    const ofRunbook = needed.filter(({ holder }) => holder === 'restitch-runbook');
    const statuses = async (who: string, asks: 'self' | 'group', rights: typeof needed) => {
      const checks = await clusterChecks({ reviews: reviewsOf(who), by: 'x', asks }, rights);
      return [...new Set(checks.filter(({ area }) => area === 'rights').map(({ status }) => status))];
    };
    expect(new Set(ofRunbook.map(({ role }) => role)).size).toBe(5);
    expect(await statuses(kubeconfigs.runbook, 'self', ofRunbook)).toEqual(['ok']);
    expect(await statuses(kubeconfigs.sweep, 'self', ofRunbook)).toContain('failed');
    expect(await statuses(kubeconfigs.runbook, 'group', needed)).toEqual(['not-checked']);
    expect(await statuses(await adminKubeconfig(), 'group', needed)).toEqual(['ok']);
    const strangers = needed.map((right) => ({ ...right, holder: 'strangers' }));
    expect(await statuses(await adminKubeconfig(), 'group', strangers)).toContain('failed');
  });

  it.each(['runbook', 'sweep'] as const)(
    'let the %s neither make nor change Nodes as a whole, nor read Secrets or a Pod',
    async (who) => {
      const stranger = new Others(kubeconfigs[who]);
      expect(statusOf(await stranger.call('POST', '/api/v1/nodes', nodeObject('more', 1)))).toBe(403);
      expect(statusOf(await stranger.call('PUT', '/api/v1/nodes/least', nodeObject('least', 2)))).toBe(403);
      expect(statusOf(await stranger.call('GET', '/api/v1/secrets'))).toBe(403);
      expect(statusOf(await stranger.call('GET', '/api/v1/namespaces/ml/pods/train-0'))).toBe(403);
      expect(statusOf(await stranger.call('GET', '/api/v1/namespaces/restitch/configmaps'))).toBe(403);
    },
  );
});

describe('evictions on a real kube-apiserver', () => {
  describeEvictions(async () => {
    if (server === undefined) return { type: 'unavailable', reason: missing ?? 'it was not started' };
    const adminKubeconfig = await server.kubeconfig('admin');
    const admin = new Others(adminKubeconfig);
    return { type: 'open', admin, runbookKubeconfig: await kubeconfigOf(admin, adminKubeconfig, 'restitch-runbook') };
  });
});
