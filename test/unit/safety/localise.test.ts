import { describe, expect, it } from 'vitest';
import { localise } from '../../../core/safety/localise.ts';
import type { NodeSighting, SightedHost } from '../../../core/safety/sighting.ts';

const NOW = 1_000_000;
const WINDOW = 300_000;

const host = (name: string, site: string, state: SightedHost['state'] = 'loses', hub = 'hub-1'): SightedHost => ({
  name,
  hub,
  site,
  state,
});

const sighting = (
  own: SightedHost,
  peers: readonly SightedHost[] = [],
  { at = NOW, kubelet = 'reachable' as 'reachable' | 'unreachable' } = {},
): NodeSighting => ({ node: own.name, sighting: { at, hosts: [own, ...peers], kubelet } });

const from = (node: string, all: readonly NodeSighting[]) => localise(node, all, NOW, WINDOW);

describe('one or two sick nodes', () => {
  it('have a fault of their own, also behind the same hub', () => {
    expect(from('a', [sighting(host('a', 'paris'))])).toBeUndefined();
    expect(from('a', [sighting(host('a', 'paris')), sighting(host('b', 'oslo'))])).toBeUndefined();
  });
});

describe('a node that nobody saw', () => {
  it('shares nothing with the others', () => {
    const all = ['a', 'b', 'c'].map((name) => sighting(host(name, 'paris')));
    expect(from('d', all)).toBeUndefined();
  });
});

describe('three sick nodes of which nobody knows where they stand', () => {
  it('have nothing in common', () => {
    const nowhere = ['a', 'b', 'c'].map((name) => sighting({ name, hub: null, site: null, state: 'loses' }));
    expect(from('a', nowhere)).toBeUndefined();
  });
});

describe('three sick nodes of a site', () => {
  const all = ['a', 'c', 'b'].map((name) => sighting(host(name, 'paris')));

  it('are told with how many suffer there', () => {
    const seen = [...all, sighting(host('a', 'paris'), [host('d', 'paris', 'passes')])];
    expect(from('a', seen)).toEqual({
      shared: { kind: 'site', name: 'paris' },
      nodes: ['a', 'b', 'c'],
      because: '3 of 4 nodes that were seen behind the site paris lose packets',
    });
  });

  it('have the site in common, which is smaller than its hub', () => {
    expect(from('a', all)?.shared).toEqual({ kind: 'site', name: 'paris' });
    expect(from('a', all)?.nodes).toEqual(['a', 'b', 'c']);
  });

  it('have the site in common where nodes of another site reach the same hub', () => {
    const seen = [...all, sighting(host('a', 'paris'), [host('d', 'oslo', 'passes')])];
    expect(from('a', seen)?.shared.kind).toBe('site');
  });

  it('have each its own fault where most of the site works', () => {
    const peers = ['d', 'e', 'f'].map((name) => host(name, 'paris', 'passes'));
    expect(from('a', [sighting(host('a', 'paris'), peers), ...all.slice(1)])).toBeUndefined();
  });

  it('at the limit: three of five are most, three of six are not', () => {
    const peers = (names: readonly string[]) => names.map((name) => host(name, 'paris', 'passes'));
    const seen = (names: readonly string[]) => [sighting(host('a', 'paris'), peers(names)), ...all.slice(1)];
    expect(from('a', seen(['d', 'e']))?.shared.kind).toBe('site');
    expect(from('a', seen(['d', 'e', 'f']))).toBeUndefined();
  });
});

describe('sick nodes of several sites behind one hub', () => {
  const all = [sighting(host('a', 'paris')), sighting(host('b', 'oslo')), sighting(host('c', 'rome'))];

  it('have the hub in common', () => {
    expect(from('a', all)?.shared).toEqual({ kind: 'hub', name: 'hub-1' });
  });

  it('are not told to share it with a sick node of another hub', () => {
    const elsewhere = sighting(host('z', 'paris', 'loses', 'hub-2'));
    expect(from('z', [...all, elsewhere])).toBeUndefined();
  });

  it('count no more after the window, and count at its very end', () => {
    const old = (ageMs: number) => all.map((each) => sighting(host(each.node, each.node), [], { at: NOW - ageMs }));
    expect(from('a', old(WINDOW))?.shared.kind).toBe('hub');
    expect(from('a', old(WINDOW + 1))).toBeUndefined();
  });

  it('count as they were seen last', () => {
    const healed = sighting(host('b', 'oslo', 'passes'), [], { at: NOW });
    const before = all.map((each) => ({ ...each, sighting: { ...each.sighting, at: NOW - 5 } }));
    expect(from('a', [...before, healed])).toBeUndefined();
    expect(from('a', [healed, ...before])).toBeUndefined();
  });
});

describe('nodes whose network works, but whose kubelets are not reached', () => {
  const unreached = (name: string) => sighting(host(name, name, 'passes'), [], { kubelet: 'unreachable' });

  it('have the control plane’s path in common when they are three or more', () => {
    const all = ['c', 'a', 'b'].map(unreached);
    expect(from('a', all)).toEqual({
      shared: { kind: 'control-plane', name: 'control-plane' },
      nodes: ['a', 'b', 'c'],
      because: 'the control plane reaches the kubelets of 3 of 3 nodes no more, though the network of a works',
    });
    expect(from('d', [...all, sighting(host('d', 'd', 'passes'))])).toBeUndefined();
    expect(from('a', [unreached('a'), unreached('a'), unreached('b')])).toBeUndefined();
    expect(from('a', all.slice(0, 2))).toBeUndefined();
  });

  it('have it not where most other kubelets are reached', () => {
    const reached = ['d', 'e', 'f'].map((name) => sighting(host(name, name, 'passes')));
    expect(from('a', [...['a', 'b', 'c'].map(unreached), ...reached])).toBeUndefined();
  });
});

describe('sick nodes of several sites of one provider', () => {
  const at = (name: string, site: string, provider: string, state: SightedHost['state'] = 'loses', hub = 'hub-1') =>
    sighting({ ...host(name, site, state, hub), provider });
  const sick = [at('a', 'paris', 'acme'), at('b', 'oslo', 'acme'), at('c', 'rome', 'acme')];

  it('have its network in common where nodes of others behind the hub work', () => {
    const seen = [...sick, at('d', 'bern', 'other', 'passes'), at('e', 'bern', 'other', 'passes')];
    expect(from('a', seen)).toMatchObject({
      shared: { kind: 'provider', name: 'acme' },
      because: '3 of 3 nodes that were seen behind the provider acme lose packets',
    });
  });

  it('have the hub in common where all that were seen there are the provider’s', () => {
    expect(from('a', sick)?.shared.kind).toBe('hub');
    const elsewhere = ['x', 'y'].map((name) => at(name, 'bern', 'acme', 'passes', 'hub-2'));
    expect(from('a', [...sick, ...elsewhere])?.shared.kind).toBe('hub');
  });

  it('have its network in common behind different hubs', () => {
    const behindTwo = [...sick.slice(0, 2), at('c', 'rome', 'acme', 'loses', 'hub-2')];
    expect(from('a', behindTwo)?.shared).toEqual({ kind: 'provider', name: 'acme' });
  });

  it('have a fault of their own where most of its nodes work', () => {
    const working = ['d', 'e', 'f'].map((name) => at(name, 'bern', 'acme', 'passes'));
    expect(from('a', [...sick, ...working])).toBeUndefined();
  });
});
