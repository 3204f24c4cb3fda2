import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimOf } from '../../fakes/node-object.ts';
import { describeClusterContract, type Opened } from './cluster-contract.ts';
import { clusterFrom, Others, statusOf, textOf } from './cluster-under-test.ts';
import { findKubeScript, type KubeApiserver, startKubeApiserver } from './kube-script.ts';
import { startStubKubelets } from './stub-kubelets.ts';

const NOW = 2_000;
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
  const kubeconfig = await server.kubeconfig('admin');
  const admin = new Others(kubeconfig);
  const stubs = await startStubKubelets(`${dir}/pki`);
  let count = 0;
  const create = async (port: number): Promise<string> => {
    count += 1;
    const name = `gpu-${count}`;
    textOf(await admin.call('POST', '/api/v1/nodes', nodeObject(name, port)));
    return name;
  };
  return {
    type: 'open',
    cluster: {
      kubeconfig,
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

describe('the least role on a real kube-apiserver', () => {
  let admin: Others;
  let restricted: string;

  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });

  beforeAll(async () => {
    if (server === undefined || missing !== undefined) return;
    admin = new Others(await server.kubeconfig('admin'));
    restricted = await server.kubeconfig('restricted');
    textOf(await admin.call('POST', '/api/v1/nodes', nodeObject('least', 1)));
  });

  it('is needed: without any role every call is a refusal that is not worth repeating', async () => {
    const cluster = clusterFrom(restricted);
    const refusal = expect.objectContaining({ code: 'kubernetes', retryable: false });
    await expect(cluster.listNodes()).rejects.toEqual(refusal);
    await expect(cluster.placeClaim('least', claimOf(), NOW)).rejects.toEqual(refusal);
    await expect(cluster.probeKubelet('least')).rejects.toEqual(refusal);
    expect(await cluster.leaseAgeSeconds('least', NOW)).toBe('unknown');
  });

  it('is enough: nodes get, list, patch; nodes/proxy get', async () => {
    await grant();
    const cluster = clusterFrom(restricted);
    expect((await cluster.listNodes()).map((node) => node.metadata.name)).toContain('least');
    expect(await cluster.placeClaim('least', claimOf(), NOW)).toEqual({ type: 'placed' });
    expect(await cluster.releaseClaim('least', 'inc-1')).toEqual({ type: 'released' });
    expect(await cluster.probeKubelet('least')).toMatchObject({ type: 'unreachable' });
  });

  it('is no more: it cannot make Nodes or read Secrets', async () => {
    const stranger = new Others(restricted);
    expect(statusOf(await stranger.call('POST', '/api/v1/nodes', nodeObject('more', 1)))).toBe(403);
    expect(statusOf(await stranger.call('GET', '/api/v1/secrets'))).toBe(403);
  });

  async function grant(): Promise<void> {
    const api = '/apis/rbac.authorization.k8s.io/v1';
    const metadata = { name: 'restitch' };
    const rules = [
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'patch'] },
      { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] },
    ];
    textOf(await admin.call('POST', `${api}/clusterroles`, { metadata, rules }));
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'restitch' };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'fleet-operator' }];
    textOf(await admin.call('POST', `${api}/clusterrolebindings`, { metadata, roleRef, subjects }));
    await allowed();
  }

  /** The authorizer reads roles from a watch: a grant holds a moment after it is written. */
  async function allowed(): Promise<void> {
    const user = new Others(restricted);
    for (let attempt = 0; attempt < 100; attempt++) {
      if (statusOf(await user.call('GET', '/api/v1/nodes/least')) === 200) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    throw new Error('the role never became effective');
  }
});
