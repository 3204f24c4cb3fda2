import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { Cluster } from '../../../core/safety/cluster.ts';
import { CLAIM_ANNOTATION, CLAIM_TAINT } from '../../../core/safety/node-claim.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { type ClusterUnderTest, clusterFrom, Others, statusOf, type Taint, textOf } from './cluster-under-test.ts';

export type Opened =
  | { readonly type: 'open'; readonly cluster: ClusterUnderTest }
  | { readonly type: 'unavailable'; readonly reason: string };

const NOW = 2_000;
const ourTaint = { key: CLAIM_TAINT, value: 'repairing', effect: 'NoSchedule' };
const foreign = (number: number): Taint => ({
  key: `example.com/t${number}`,
  effect: 'NoExecute',
  timeAdded: '2026-11-21T03:00:00Z',
});
const isForeign = ({ key }: Taint) => key.startsWith('example.com/');
const EventList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string(), name: z.string() }),
      involvedObject: z.object({ kind: z.string(), name: z.string(), uid: z.string() }),
      reason: z.string().optional(),
      message: z.string().optional(),
      type: z.string().optional(),
      source: z.object({ component: z.string().optional() }).optional(),
    }),
  ),
});

/** What Restitch relies on in a Kubernetes API, said once for the real one and for the stand-in. */
export function describeClusterContract(title: string, open: () => Promise<Opened>): void {
  describe(title, () => {
    let opened: Opened;
    let cluster: Cluster;
    let others: Others;

    beforeAll(async () => {
      opened = await open();
      if (opened.type === 'unavailable') {
        process.stderr.write(`${title}: skipped: ${opened.reason}\n`);
        return;
      }
      cluster = clusterFrom(opened.cluster.kubeconfig);
      others = new Others(opened.cluster.kubeconfig);
    }, 120_000);
    beforeEach((context) => {
      if (opened.type === 'unavailable') context.skip(opened.reason);
    });
    afterAll(async () => {
      if (opened?.type === 'open') await opened.cluster.close();
    }, 60_000);

    function underTest(): ClusterUnderTest {
      if (opened.type !== 'open') throw new Error(opened.reason);
      return opened.cluster;
    }

    /** Without what the API server counts up and dates by itself. */
    async function visible(name: string): Promise<NodeObject> {
      const node = await others.node(name);
      const { resourceVersion, ...metadata } = node.metadata;
      expect(resourceVersion).toBeDefined();
      return { ...node, metadata, status: {} };
    }

    describe('claiming a node', () => {
      it('cordons, taints and annotates it, and the release leaves it as it was', async () => {
        const name = await underTest().freshNode();
        await others.patch(name, {
          metadata: { annotations: { team: 'ml' } },
          spec: { taints: [{ ...foreign(1), value: 'x' }, foreign(2)] },
        });
        const before = await visible(name);
        expect(await cluster.placeClaim(name, claimOf(), NOW)).toEqual({ type: 'placed' });
        const held = await visible(name);
        expect(held.spec.unschedulable).toBe(true);
        expect(held.spec.taints).toEqual([...(before.spec.taints ?? []), ourTaint]);
        expect(JSON.parse(held.metadata.annotations[CLAIM_ANNOTATION] ?? '')).toEqual(claimOf());
        expect(await cluster.releaseClaim(name, 'inc-1')).toEqual({ type: 'released' });
        expect(await visible(name)).toEqual(before);
      });

      it('keeps a cordon that a person had set', async () => {
        const name = await underTest().freshNode();
        await others.patch(name, { spec: { unschedulable: true } });
        await cluster.placeClaim(name, claimOf(), NOW);
        await cluster.releaseClaim(name, 'inc-1');
        expect((await others.node(name)).spec.unschedulable).toBe(true);
      });

      it('writes nothing the second time', async () => {
        const name = await underTest().freshNode();
        await cluster.placeClaim(name, claimOf(), NOW);
        const { resourceVersion } = (await others.node(name)).metadata;
        expect(await cluster.placeClaim(name, claimOf(), NOW)).toEqual({ type: 'unchanged' });
        expect((await others.node(name)).metadata.resourceVersion).toBe(resourceVersion);
      });

      it('is refused while another incident holds the node, and releasing is not its to do', async () => {
        const name = await underTest().freshNode();
        await cluster.placeClaim(name, claimOf({ incidentId: 'inc-2' }), NOW);
        expect(await cluster.placeClaim(name, claimOf(), NOW)).toMatchObject({ type: 'refused' });
        expect(await cluster.releaseClaim(name, 'inc-1')).toMatchObject({ type: 'not-ours' });
      });

      it('is refused for a Node that does not exist, whose release finds nothing', async () => {
        expect(await cluster.placeClaim('no-such-node', claimOf(), NOW)).toMatchObject({ type: 'refused' });
        expect(await cluster.releaseClaim('no-such-node', 'inc-1')).toEqual({ type: 'nothing' });
      });
    });

    describe('when others write to the same node', () => {
      it('keeps the taints of twenty concurrent writers through placing, and the gaps they leave through releasing', async () => {
        const name = await underTest().freshNode();
        const numbers = Array.from({ length: 20 }, (_, index) => index);
        const add = numbers.map((number) => others.changeTaints(name, (taints) => [...taints, foreign(number)]));
        const [outcome] = await Promise.all([cluster.placeClaim(name, claimOf(), NOW), ...add]);
        expect(outcome).toEqual({ type: 'placed' });
        const held = (await others.node(name)).spec.taints ?? [];
        expect(
          held
            .filter(isForeign)
            .map(({ key }) => key)
            .sort(),
        ).toEqual(numbers.map((number) => foreign(number).key).sort());
        expect(held).toContainEqual(ourTaint);

        const drop = numbers.map((number) =>
          others.changeTaints(name, (taints) => taints.filter(({ key }) => key !== foreign(number).key)),
        );
        const [released] = await Promise.all([cluster.releaseClaim(name, 'inc-1'), ...drop]);
        expect(released).toEqual({ type: 'released' });
        const left = await others.node(name);
        expect((left.spec.taints ?? []).filter((taint) => isForeign(taint) || taint.key === CLAIM_TAINT)).toEqual([]);
        expect(left.spec.unschedulable).toBeUndefined();
      }, 60_000);

      it('plans again from what is there then, when somebody wrote between its read and its patch', async () => {
        const name = await underTest().freshNode();
        let calls = 0;
        const raced = clusterFrom(underTest().kubeconfig, async () => {
          calls += 1;
          if (calls === 2) await others.changeTaints(name, (taints) => [...taints, foreign(7)]);
        });
        expect(await raced.placeClaim(name, claimOf(), NOW)).toEqual({ type: 'placed' });
        expect(calls).toBe(4);
        expect((await others.node(name)).spec.taints).toEqual(expect.arrayContaining([foreign(7), ourTaint]));
      });

      it('leaves a person alone who cordons between its read and its patch', async () => {
        const name = await underTest().freshNode();
        let calls = 0;
        const raced = clusterFrom(underTest().kubeconfig, async () => {
          calls += 1;
          if (calls === 2) await others.patch(name, { spec: { unschedulable: true } });
        });
        await raced.placeClaim(name, claimOf(), NOW);
        await cluster.releaseClaim(name, 'inc-1');
        expect((await others.node(name)).spec.unschedulable).toBe(true);
      });
    });

    describe('the API underneath', () => {
      it('answers 409 to a stale resourceVersion and changes nothing', async () => {
        const name = await underTest().freshNode();
        const { resourceVersion } = (await others.node(name)).metadata;
        await others.patch(name, { metadata: { labels: { touched: 'yes' } } });
        const stale = await others.patch(name, { metadata: { resourceVersion }, spec: { unschedulable: true } });
        expect(statusOf(stale)).toBe(409);
        expect((await others.node(name)).spec.unschedulable).toBeUndefined();
      });

      it('keeps its version when a patch changes nothing', async () => {
        const name = await underTest().freshNode();
        const { resourceVersion } = (await others.node(name)).metadata;
        await others.patch(name, { metadata: { labels: { absent: null } }, spec: { unschedulable: false } });
        expect((await others.node(name)).metadata.resourceVersion).toBe(resourceVersion);
      });

      it.each([
        ['two taints of one key and effect', { spec: { taints: [foreign(1), { ...foreign(1), value: 'x' }] } }, 422],
        ['an unknown effect', { spec: { taints: [{ key: 'a', effect: 'Sometimes' }] } }, 422],
        ['taints that are no list', { spec: { taints: 'x' } }, 422],
        ['an annotation that is no text', { metadata: { annotations: { a: 1 } } }, 422],
        ['another uid', { metadata: { uid: 'other' } }, 422],
        ['another pod CIDR', { spec: { podCIDR: '10.99.0.0/24' } }, 422],
        ['another name', { metadata: { name: 'other' } }, 400],
      ])('refuses %s', async (_what, patch, status) => {
        const name = await underTest().freshNode();
        const before = await others.node(name);
        expect(statusOf(await others.patch(name, patch))).toBe(status);
        expect(await others.node(name)).toEqual(before);
      });

      it('takes a JSON patch whole or not at all', async () => {
        const name = await underTest().freshNode();
        const add = { op: 'add', path: '/metadata/labels', value: { 'example.com/a': 'b' } };
        const send = (operations: unknown) =>
          others.call('PATCH', `/api/v1/nodes/${name}`, operations, 'application/json-patch+json');
        const refused = await send([add, { op: 'test', path: '/metadata/name', value: 'other' }]);
        expect(statusOf(refused)).toBe(422);
        expect((await others.node(name)).metadata.labels['example.com/a']).toBeUndefined();
        expect(statusOf(await send([add, { op: 'test', path: '/metadata/name', value: name }]))).toBe(200);
        expect((await others.node(name)).metadata.labels['example.com/a']).toBe('b');
      });

      it.each([
        ['GET', '/api/v1/nodes/no-such-node', 404],
        ['GET', '/api/v1/no-such-thing', 404],
        ['GET', '/api/v1/nodes?fieldSelector=metadata.color%3Dred', 400],
        ['POST', '/version', 405],
      ] as const)('answers %s %s with %d', async (method, path, status) => {
        expect(statusOf(await others.call(method, path, method === 'POST' ? {} : undefined))).toBe(status);
      });

      it('lists page by page and by selector', async () => {
        const name = await underTest().freshNode();
        await others.patch(name, { metadata: { labels: { chosen: name } } });
        const page = z
          .object({ metadata: z.object({ continue: z.string() }), items: z.array(z.unknown()).length(1) })
          .parse(JSON.parse(textOf(await others.call('GET', '/api/v1/nodes?limit=1'))));
        const next = `/api/v1/nodes?limit=1&continue=${encodeURIComponent(page.metadata.continue)}`;
        expect(JSON.parse(textOf(await others.call('GET', next))).items).toHaveLength(1);
        for (const query of [`labelSelector=chosen%3D${name}`, `fieldSelector=metadata.name%3D${name}`]) {
          const { items } = JSON.parse(textOf(await others.call('GET', `/api/v1/nodes?${query}`)));
          expect(items.map((item: NodeObject) => item.metadata.name)).toEqual([name]);
        }
      });
    });

    describe('reading', () => {
      it('lists every node and gets one by name', async () => {
        const name = await underTest().freshNode();
        expect((await cluster.listNodes()).map((node) => node.metadata.name)).toContain(name);
        expect((await cluster.getNode(name))?.metadata.name).toBe(name);
        expect(await cluster.getNode('no-such-node')).toBeUndefined();
      });

      it('does not know the lease age of a node that never had one', async () => {
        expect(await cluster.leaseAgeSeconds('no-such-node', NOW)).toBe('unknown');
      });

      it('throws for a wrong token, and takes it for no outcome', async () => {
        const stranger = clusterFrom(underTest().wrongTokenKubeconfig);
        const refusal = expect.objectContaining({ name: 'RestitchError', code: 'kubernetes', retryable: false });
        await expect(stranger.listNodes()).rejects.toEqual(refusal);
        await expect(stranger.probeKubelet('any')).rejects.toEqual(refusal);
        await expect(stranger.leaseAgeSeconds('any', NOW)).rejects.toEqual(refusal);
        await expect(stranger.placeClaim('any', claimOf(), NOW)).rejects.toEqual(refusal);
      });
    });

    describe('the path to the kubelet', () => {
      it('is there when the kubelet answers', async () => {
        expect(await cluster.probeKubelet(await underTest().freshNode())).toEqual({ type: 'reachable' });
      });

      it('is there when the kubelet answers that it is unhealthy', async () => {
        expect(await cluster.probeKubelet(underTest().kubelets.unhealthy)).toEqual({ type: 'reachable' });
      });

      it('is refused when no kubelet listens', async () => {
        expect(await cluster.probeKubelet(underTest().kubelets.refusing)).toMatchObject({
          type: 'unreachable',
          reason: 'refused',
        });
      });

      it('times out when packets disappear', async () => {
        expect(await cluster.probeKubelet(underTest().kubelets.silent)).toMatchObject({
          type: 'unreachable',
          reason: 'timeout',
        });
      });

      it('says nothing about a Node that does not exist', async () => {
        await expect(cluster.probeKubelet('no-such-node')).rejects.toMatchObject({ code: 'kubernetes' });
      });
    });

    describe('events', () => {
      it('are kept in namespace default, about the Node, from us', async () => {
        const name = await underTest().freshNode();
        const { uid } = (await others.node(name)).metadata;
        await cluster.recordEvent(name, uid, { reason: 'Restitched', message: 'two peers again', type: 'Normal' });
        await cluster.recordEvent(name, uid, { reason: 'Restitched', message: 'two peers again', type: 'Normal' });
        const list = EventList.parse(JSON.parse(textOf(await others.call('GET', '/api/v1/namespaces/default/events'))));
        const ours = list.items.filter((event) => event.involvedObject.name === name);
        expect(ours).toHaveLength(2);
        expect(ours[0]).toMatchObject({
          metadata: { namespace: 'default' },
          involvedObject: { kind: 'Node', name, uid },
          reason: 'Restitched',
          message: 'two peers again',
          type: 'Normal',
          source: { component: 'restitch' },
        });
      });
    });
  });
}
