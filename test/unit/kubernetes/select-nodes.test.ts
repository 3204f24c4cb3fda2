import { describe, expect, it } from 'vitest';
import { KeptNode } from '../../../local/kubernetes/kept-node.ts';
import { selectNodes } from '../../../local/kubernetes/select-nodes.ts';

const node = (name: string, labels: Record<string, string>) =>
  KeptNode.parse({
    kind: 'Node',
    apiVersion: 'v1',
    metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels },
    spec: {},
    status: { addresses: [] },
  });
const nodes = [node('a', { pool: 'gpu', site: 'x' }), node('b', { pool: 'gpu' }), node('c', { pool: 'cpu' })];
const names = (query: Record<string, string>) =>
  selectNodes(nodes, new URLSearchParams(query)).nodes.map(({ metadata }) => metadata.name);

describe('a label selector', () => {
  it.each([
    ['', ['a', 'b', 'c']],
    ['pool=gpu', ['a', 'b']],
    ['pool==gpu,site=x', ['a']],
    ['pool!=gpu', ['c']],
    ['site', ['a']],
    ['!site', ['b', 'c']],
    ['pool in (cpu, tpu)', ['c']],
    ['pool notin (cpu),site!=x', ['b']],
  ])('"%s" chooses %j', (labelSelector, expected) => {
    expect(names({ labelSelector })).toEqual(expected);
  });

  it('that cannot be read is a bad request', () => {
    expect(() => names({ labelSelector: 'a=b=c' })).toThrow(expect.objectContaining({ code: 400 }));
  });
});

it('pages through all nodes without losing or repeating one', () => {
  const seen: string[] = [];
  let token = '';
  do {
    const query = new URLSearchParams({ limit: '2', continue: token });
    const page = selectNodes(nodes, query);
    seen.push(...page.nodes.map(({ metadata }) => metadata.name));
    token = page.continueToken;
  } while (token !== '');
  expect(seen).toEqual(['a', 'b', 'c']);
});
