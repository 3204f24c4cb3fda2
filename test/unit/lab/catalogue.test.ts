import { describe, expect, it } from 'vitest';
import { causes } from '../../../core/diagnosis/causes.ts';
import { variantOf } from '../../../lab/fault.ts';
import { faultCatalogue, faultForDrill, findFault } from '../../../lab/faults/catalogue.ts';
import { faultPairs } from '../../../lab/faults/pairs/fault-pairs.ts';
import { routers } from '../../../lab/namespaces/lab-host.ts';
import { labHosts } from '../../../lab/namespaces/topology.ts';
import { variantCatalogue } from '../../../lab/variants/catalogue.ts';

/** Causes that the lab cannot make: it runs overlays that are known, and a fault that no rule fits is no fault of the catalogue. */
const notMade = ['unsupported-overlay', 'no-rule-fits'];

const hosts = labHosts.map(({ name }) => name);
const variants = variantCatalogue.map(({ name }) => name);
const places = [...hosts, ...routers, ...hosts.map((host) => `pod-${host}`)];

describe('the fault catalogue', () => {
  it('has at least forty faults, each under a name of its own', () => {
    const names = faultCatalogue.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has a fault for every cause, under the cause’s own class', () => {
    const made = faultCatalogue.map(({ label }) => `${label.class}/${label.cause}`);
    const known = Object.entries(causes)
      .filter(([name]) => !notMade.includes(name))
      .map(([name, cause]) => `${cause.class}/${name}`);
    expect([...new Set(made)].toSorted()).toEqual(known.toSorted());
  });

  it('drills a class with its first fault, and a fault by its name', () => {
    expect(faultForDrill('vxlan-wedge')?.name).toBe('fdb-flushed');
    expect(faultForDrill('missing-route')?.name).toBe('pod-routes-missing');
    expect(faultForDrill('kubelet-hung')).toBe(findFault('kubelet-hung'));
    expect(faultForDrill('no-such-fault')).toBeUndefined();
  });

  it('blames nobody for what is healthy, and knows what needs a kernel', () => {
    for (const { label, inject, needs } of faultCatalogue) {
      if (label.class === 'healthy') expect(label.hostAtFault).toBeNull();
      if (inject.some(({ place }) => !hosts.includes(place))) expect(needs).toBe('namespaces');
    }
  });
});

describe('two faults at once', () => {
  it('are thirty pairs of faults of one fleet, either of which is a right answer', () => {
    expect(faultPairs.length).toBeGreaterThanOrEqual(30);
    expect(new Set(faultPairs.map(({ name }) => name)).size).toBe(faultPairs.length);
    for (const pair of faultPairs) {
      const [first = '', second = ''] = pair.name.split('-with-');
      expect([pair.label, pair.orLabel]).toEqual([findFault(first)?.label, findFault(second)?.label]);
      expect(variantOf(pair)).toBe('vxlan');
      expect(findFault(pair.name)).toBeUndefined();
    }
  });
});

describe.each(faultCatalogue.map((fault) => [fault.name, fault] as const))('%s', (name, fault) => {
  it('is told in one sentence, with a kebab-case name and an alert of the symptom', () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(fault.story).toMatch(/^[^\n]{20,}\.$/);
    expect(fault.alert).toMatch(/^[A-Z][A-Za-z0-9]+$/);
  });

  it('happens on places of the lab, to a node of the lab', () => {
    for (const { place } of fault.inject) expect(places).toContain(place);
    expect(hosts).toContain(fault.alertingNode);
    expect([...hosts, null]).toContain(fault.label.hostAtFault);
    expect(variants).toContain(variantOf(fault));
    for (const { node } of fault.nodeChanges ?? []) expect(hosts).toContain(node);
  });
});
