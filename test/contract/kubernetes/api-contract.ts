import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { foreignTaint, statusOf, textOf } from './cluster-under-test.ts';
import type { ContractContext } from './contract-context.ts';

/** The rules of the API itself that Restitch leans on. */
export function describeApi(context: ContractContext): void {
  describe('the API underneath', () => {
    it('answers 409 to a stale resourceVersion and changes nothing', async () => {
      const name = await context.underTest().freshNode();
      const { resourceVersion } = (await context.others().node(name)).metadata;
      await context.others().patch(name, { metadata: { labels: { touched: 'yes' } } });
      const stale = await context
        .others()
        .patch(name, { metadata: { resourceVersion }, spec: { unschedulable: true } });
      expect(statusOf(stale)).toBe(409);
      expect((await context.others().node(name)).spec.unschedulable).toBeUndefined();
    });

    it('keeps its version when a patch changes nothing', async () => {
      const name = await context.underTest().freshNode();
      const { resourceVersion } = (await context.others().node(name)).metadata;
      await context.others().patch(name, { metadata: { labels: { absent: null } }, spec: { unschedulable: false } });
      expect((await context.others().node(name)).metadata.resourceVersion).toBe(resourceVersion);
    });

    it.each([
      [
        'two taints of one key and effect',
        { spec: { taints: [foreignTaint(1), { ...foreignTaint(1), value: 'x' }] } },
        422,
      ],
      ['an unknown effect', { spec: { taints: [{ key: 'a', effect: 'Sometimes' }] } }, 422],
      ['taints that are no list', { spec: { taints: 'x' } }, 422],
      ['an annotation that is no text', { metadata: { annotations: { a: 1 } } }, 422],
      ['another uid', { metadata: { uid: 'other' } }, 422],
      ['another pod CIDR', { spec: { podCIDR: '10.99.0.0/24' } }, 422],
      ['another name', { metadata: { name: 'other' } }, 400],
    ])('refuses %s', async (_what, patch, status) => {
      const name = await context.underTest().freshNode();
      const before = await context.others().node(name);
      expect(statusOf(await context.others().patch(name, patch))).toBe(status);
      expect(await context.others().node(name)).toEqual(before);
    });

    it('takes a JSON patch whole or not at all', async () => {
      const name = await context.underTest().freshNode();
      const add = { op: 'add', path: '/metadata/labels', value: { 'example.com/a': 'b' } };
      const send = (operations: unknown) =>
        context.others().call('PATCH', `/api/v1/nodes/${name}`, operations, 'application/json-patch+json');
      const refused = await send([add, { op: 'test', path: '/metadata/name', value: 'other' }]);
      expect(statusOf(refused)).toBe(422);
      expect((await context.others().node(name)).metadata.labels['example.com/a']).toBeUndefined();
      expect(statusOf(await send([add, { op: 'test', path: '/metadata/name', value: name }]))).toBe(200);
      expect((await context.others().node(name)).metadata.labels['example.com/a']).toBe('b');
    });

    it.each([
      ['GET', '/api/v1/nodes/no-such-node', 404],
      ['GET', '/api/v1/no-such-thing', 404],
      ['GET', '/api/v1/nodes?fieldSelector=metadata.color%3Dred', 400],
      ['POST', '/version', 405],
    ] as const)('answers %s %s with %d', async (method, path, status) => {
      expect(statusOf(await context.others().call(method, path, method === 'POST' ? {} : undefined))).toBe(status);
    });

    it('lists page by page and by selector', async () => {
      const name = await context.underTest().freshNode();
      await context.others().patch(name, { metadata: { labels: { chosen: name } } });
      const page = z
        .object({ metadata: z.object({ continue: z.string() }), items: z.array(z.unknown()).length(1) })
        .parse(JSON.parse(textOf(await context.others().call('GET', '/api/v1/nodes?limit=1'))));
      const next = `/api/v1/nodes?limit=1&continue=${encodeURIComponent(page.metadata.continue)}`;
      expect(JSON.parse(textOf(await context.others().call('GET', next))).items).toHaveLength(1);
      for (const query of [`labelSelector=chosen%3D${name}`, `fieldSelector=metadata.name%3D${name}`]) {
        const { items } = JSON.parse(textOf(await context.others().call('GET', `/api/v1/nodes?${query}`)));
        expect(items.map((item: NodeObject) => item.metadata.name)).toEqual([name]);
      }
    });
  });
}
