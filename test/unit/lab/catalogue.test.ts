import { describe, expect, it } from 'vitest';
import { FaultClass } from '../../../core/diagnosis/fault-class.ts';
import { faultCatalogue, faultForDrill, findFault } from '../../../lab/faults/catalogue.ts';
import { labHosts, routers } from '../../../lab/namespaces/topology.ts';

/** What may be wrong in each class: the words that a diagnosis is scored in. */
const causes: Readonly<Record<FaultClass, readonly string[]>> = {
  'mtu-black-hole': ['path-mtu-lowered', 'device-mtu-too-large'],
  'vxlan-wedge': [
    ...['device-missing', 'device-down', 'wrong-vni', 'wrong-port', 'wrong-local', 'wrong-mac', 'recreated-empty'],
    ...['link-bounced', 'fdb-missing', 'fdb-wrong', 'neighbour-missing', 'neighbour-wrong', 'route-escaped'],
  ],
  'one-way-nat': [
    ...['nat-mapping-expired', 'nat-rebound', 'endpoint-pinned', 'inbound-filtered', 'outbound-filtered'],
  ],
  'missing-route': [
    ...['peer-pod-route-missing', 'tunnel-route-missing', 'allowed-ips-missing', 'allowed-ips-stolen'],
    ...['cloud-route-missing', 'cloud-path-blocked', 'ip-forward-off', 'route-escaped', 'pod-route-escaped'],
  ],
  'tunnel-down': [
    ...['interface-missing', 'interface-down', 'daemon-hung', 'key-unknown', 'key-mismatch', 'duplicate-key'],
    'port-blocked',
    'hub-endpoint-stale',
    ...['flannel-interface-missing', 'flannel-interface-down', 'flannel-daemon-hung', 'flannel-key-unannounced'],
    ...['flannel-peer-key-stale', 'flannel-peer-missing'],
  ],
  'overlay-blocked': ['forward-dropped', 'vxlan-port-filtered', 'flannel-port-filtered'],
  'node-offline': ['node-or-uplink-dead'],
  'hub-outage': ['hub-unreachable', 'hub-tunnel-down'],
  'node-agent': [
    ...['subnet-env-missing', 'pod-subnet-exhausted', 'kubelet-down', 'kubelet-firewalled', 'flanneld-stopped'],
  ],
  healthy: ['all-paths-pass'],
  unknown: [],
};

const hosts = labHosts.map(({ name }) => name);
const places = [...hosts, ...routers, ...hosts.map((host) => `pod-${host}`)];

describe('the fault catalogue', () => {
  it('has at least forty faults, each under a name of its own', () => {
    const names = faultCatalogue.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has a fault of every class that has a cause, and one for every cause', () => {
    const told = faultCatalogue.map(({ label }) => `${label.class}/${label.cause}`);
    const expected = FaultClass.options.flatMap((type) => causes[type].map((cause) => `${type}/${cause}`));
    expect([...new Set(told)].toSorted()).toEqual(expected.toSorted());
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
  });
});
