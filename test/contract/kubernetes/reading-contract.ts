import { describe, expect, it } from 'vitest';
import { claimOf } from '../../fakes/node-object.ts';
import { clusterFrom, statusOf, textOf } from './cluster-under-test.ts';
import type { ContractContext } from './contract-context.ts';

const NOW = 2_000;

/** Reading nodes, leases and the path to the kubelet. */
export function describeReading(context: ContractContext): void {
  describe('reading', () => {
    it('lists every node and gets one by name', async () => {
      const name = await context.underTest().freshNode();
      expect((await context.cluster().listNodes()).map((node) => node.metadata.name)).toContain(name);
      expect((await context.cluster().getNode(name))?.metadata.name).toBe(name);
      expect(await context.cluster().getNode('no-such-node')).toBeUndefined();
    });

    it('lists the nodes with a label alone', async () => {
      const [name, other] = [await context.underTest().freshNode(), await context.underTest().freshNode()];
      await context.others().patch(name, { metadata: { labels: { 'restitch.dev/role': name } } });
      await context.others().patch(other, { metadata: { labels: { 'restitch.dev/role': other } } });
      const listed = await context.cluster().listNodes({ name: 'restitch.dev/role', value: name });
      expect(listed.map((node) => node.metadata.name)).toEqual([name]);
    });

    it('does not know the lease age of a node that never had one', async () => {
      const ages = await context.cluster().listLeaseAges(NOW);
      expect(ages === 'unknown' ? undefined : ages.has('no-such-node')).toBe(false);
    });

    it('throws for a wrong token, and takes it for no outcome', async () => {
      const stranger = clusterFrom(context.underTest().wrongTokenKubeconfig);
      const refusal = expect.objectContaining({ name: 'RestitchError', code: 'kubernetes', retryable: false });
      await expect(stranger.listNodes()).rejects.toEqual(refusal);
      await expect(stranger.probeKubelet('any')).rejects.toEqual(refusal);
      await expect(stranger.listLeaseAges(NOW)).rejects.toEqual(refusal);
      await expect(stranger.placeClaim('any', claimOf(), NOW)).rejects.toEqual(refusal);
    });
  });

  describe('the platform team’s record', () => {
    const inventory = 'version: 1\ntunnelNetworks: [10.200.0.0/24]\nnodes:\n  gpu-1: { tunnelAddress: 10.200.0.11 }\n';
    const path = '/api/v1/namespaces/restitch/configmaps';
    const configMap = (text: string, key = 'inventory.yaml') => ({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'restitch-inventory', namespace: 'restitch' },
      data: { [key]: text },
    });

    it('is absent where nobody keeps one', async () => {
      expect(await context.cluster().readInventory('restitch')).toEqual({ type: 'absent' });
    });

    it('is read from its ConfigMap, or not usable with the reason', async () => {
      const { cluster, others } = context;
      expect(statusOf(await others().call('POST', path, configMap(inventory)))).toBe(201);
      expect(await cluster().readInventory('restitch')).toEqual({
        type: 'read',
        inventory: {
          version: 1,
          tunnelNetworks: ['10.200.0.0/24'],
          nodes: { 'gpu-1': { tunnelAddress: '10.200.0.11', allowedNetworks: [] } },
        },
      });
      const replace = async (value: unknown) =>
        expect(statusOf(await others().call('PUT', `${path}/restitch-inventory`, value))).toBe(200);
      await replace(configMap(inventory.replace('tunnelAddress', 'tunelAddress')));
      expect(await cluster().readInventory('restitch')).toEqual({
        type: 'unusable',
        reason: 'ConfigMap restitch/restitch-inventory: nodes.gpu-1: Unrecognized key: "tunelAddress"',
      });
      await replace(configMap(inventory, 'inventory.yml'));
      expect(await cluster().readInventory('restitch')).toEqual({
        type: 'unusable',
        reason: 'ConfigMap restitch/restitch-inventory has no key inventory.yaml',
      });
    });
  });

  describe('the path to the kubelet', () => {
    it('is there when the kubelet answers', async () => {
      expect(await context.cluster().probeKubelet(await context.underTest().freshNode())).toEqual({
        type: 'reachable',
      });
    });

    it('is there when the kubelet answers that it is unhealthy', async () => {
      expect(await context.cluster().probeKubelet(context.underTest().kubelets.unhealthy)).toEqual({
        type: 'reachable',
      });
    });

    it('is refused when no kubelet listens', async () => {
      expect(await context.cluster().probeKubelet(context.underTest().kubelets.refusing)).toMatchObject({
        type: 'unreachable',
        reason: 'refused',
      });
    });

    it('times out when packets disappear', async () => {
      expect(await context.cluster().probeKubelet(context.underTest().kubelets.silent)).toMatchObject({
        type: 'unreachable',
        reason: 'timeout',
      });
    });

    it('says nothing about a Node that does not exist', async () => {
      await expect(context.cluster().probeKubelet('no-such-node')).rejects.toMatchObject({ code: 'kubernetes' });
    });
  });

  describe('what runs on a node', () => {
    const gpus = { 'nvidia.com/gpu': '4' };
    const pod = (name: string, job: string, nodeName: string) => ({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, namespace: 'default', labels: { 'batch.kubernetes.io/job-name': job } },
      spec: {
        nodeName,
        containers: [{ name: 'main', image: 'x', resources: { requests: gpus, limits: gpus } }],
      },
    });
    const running = { status: { phase: 'Running' } };

    it('is its running pods with their GPUs, and the gangs that they belong to', async () => {
      const node = await context.underTest().freshNode();
      const path = '/api/v1/namespaces/default/pods';
      for (const [name, where] of [
        [`a-${node}`, node],
        [`b-${node}`, `${node}-other`],
      ] as const) {
        textOf(await context.others().call('POST', path, pod(name, node, where)));
        textOf(await context.others().call('PATCH', `${path}/${name}/status`, running, 'application/merge-patch+json'));
      }
      expect(await context.cluster().readWorkload(node)).toEqual({
        type: 'known',
        pods: [{ namespace: 'default', name: `a-${node}`, gpus: 4, gang: node }],
        gangs: [{ namespace: 'default', name: node, pods: 2, nodes: 2 }],
      });
    });

    it('is nothing on a node without pods', async () => {
      const node = await context.underTest().freshNode();
      expect(await context.cluster().readWorkload(node)).toEqual({ type: 'known', pods: [], gangs: [] });
    });
  });
}
