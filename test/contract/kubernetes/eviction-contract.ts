import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NodePod } from '../../../core/safety/eviction.ts';
import { applyManifests } from './apply-rbac.ts';
import { clusterFrom, type Others, statusOf, textOf } from './cluster-under-test.ts';

/** Who evicts, and somebody with every right; or why there is no API server. */
export type EvictionAccess =
  | { readonly type: 'open'; readonly runbookKubeconfig: string; readonly admin: Others }
  | { readonly type: 'unavailable'; readonly reason: string };

const PODS = '/api/v1/namespaces/default/pods';
const merge = 'application/merge-patch+json';

/** Evictions on a real API server: no stand-in knows disruption budgets. */
export function describeEvictions(access: () => Promise<EvictionAccess>): void {
  let given: EvictionAccess;
  const granted = () => (given.type === 'open' ? given : expect.fail(given.reason));
  const admin = () => granted().admin;
  const cluster = () => clusterFrom(granted().runbookKubeconfig);

  beforeAll(async () => {
    given = await access();
  }, 60_000);
  beforeEach((context) => {
    if (given.type === 'unavailable') context.skip(given.reason);
  });

  /** A running pod that is bound to `node`. */
  async function run(name: string, node: string, metadata: object = {}): Promise<NodePod> {
    const spec = { nodeName: node, containers: [{ name: 'main', image: 'x' }] };
    const own = { name, labels: { app: name }, ...metadata };
    textOf(await admin().call('POST', PODS, { kind: 'Pod', apiVersion: 'v1', metadata: own, spec }));
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    textOf(await admin().call('PATCH', `${PODS}/${name}/status`, { status }, merge));
    return find(name, node);
  }

  async function find(name: string, node: string): Promise<NodePod> {
    const read = await cluster().readPods(node);
    const pod = read.type === 'read' ? read.pods.find((each) => each.name === name) : undefined;
    return pod ?? expect.fail(`no pod ${name}`);
  }

  /** As the disruption controller keeps it: there is none beside this API server. */
  async function allow(budget: string, disruptionsAllowed: number): Promise<void> {
    const status = { observedGeneration: 1, disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
    const path = `${await budgets()}/${budget}/status`;
    textOf(await admin().call('PATCH', path, { status }, merge));
  }

  /** `policy/v1` came with Kubernetes 1.21. */
  async function budgets(): Promise<string> {
    const known = statusOf(await admin().call('GET', '/apis/policy/v1')) === 200;
    return `/apis/policy/${known ? 'v1' : 'v1beta1'}/namespaces/default/poddisruptionbudgets`;
  }

  it('need a role of their own: with rbac.yaml alone they are refused', async () => {
    const pod = await run('early', 'drain-early');
    expect(await cluster().evictPod(pod)).toMatchObject({ type: 'refused', reason: expect.stringContaining('early') });
    expect((await find('early', 'drain-early')).terminating).toBe(false);
  });

  describe('with rbac-drain.yaml', () => {
    beforeAll(async () => {
      if (given.type === 'unavailable') return;
      await applyManifests(admin(), 'rbac-drain.yaml');
      // The authorizer reads roles from a watch: a grant holds a moment after it is written.
      for (let attempt = 0; attempt < 100; attempt++) {
        if ((await cluster().evictPod(none)).type === 'gone') return;
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
      }
    }, 60_000);

    it('are blocked while the disruption budget allows none, and go through when it does', async () => {
      const pod = await run('guarded', 'drain-guarded');
      const spec = { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } };
      textOf(await admin().call('POST', await budgets(), { metadata: { name: 'guarded' }, spec }));
      expect(await cluster().evictPod(pod)).toMatchObject({ type: 'blocked' });
      await allow('guarded', 0);
      expect(await cluster().evictPod(pod)).toMatchObject({
        type: 'blocked',
        reason: expect.stringContaining('disruption budget'),
      });
      expect((await find('guarded', 'drain-guarded')).terminating).toBe(false);
      await allow('guarded', 1);
      expect(await cluster().evictPod(pod)).toEqual({ type: 'evicted' });
      expect((await find('guarded', 'drain-guarded')).terminating).toBe(true);
    });

    it('leave a pod alone that is another one of the same name', async () => {
      const pod = await run('reborn', 'drain-reborn');
      expect(await cluster().evictPod({ ...pod, uid: none.uid })).toEqual({ type: 'gone' });
      expect((await find('reborn', 'drain-reborn')).terminating).toBe(false);
      expect(await cluster().evictPod(pod)).toEqual({ type: 'evicted' });
    });

    it('are decided by what the API server says of a pod’s owner', async () => {
      const owner = (kind: string) => ({
        ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'x', uid: none.uid, controller: true }],
      });
      await run('daemon', 'drain-owners', owner('DaemonSet'));
      await run('replica', 'drain-owners', owner('ReplicaSet'));
      await run('alone', 'drain-owners');
      const kinds = ['daemon', 'replica', 'alone'].map(async (name) => (await find(name, 'drain-owners')).controller);
      expect(await Promise.all(kinds)).toEqual(['DaemonSet', 'ReplicaSet', null]);
    });
  });
}

const none: NodePod = {
  namespace: 'default',
  name: 'none',
  uid: '00000000-0000-0000-0000-000000000000',
  controller: null,
  mirror: false,
  finished: false,
  terminating: false,
};
