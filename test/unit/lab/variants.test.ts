import { describe, expect, it } from 'vitest';
import { overlayNames } from '../../../core/overlay/overlay-name.ts';
import { plainFleet } from '../../../lab/namespaces/lab-fleet.ts';
import { createVxlan } from '../../../lab/namespaces/overlays/vxlan.ts';
import { podCidr, podGateway, podIp, vtepIp } from '../../../lab/namespaces/topology.ts';
import { chooseVariant, findVariant, variantCatalogue } from '../../../lab/variants/catalogue.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { variantFixtures } from '../../fixtures/evidence.ts';

const fleetOf = (name: string) => findVariant(name)?.fleet ?? plainFleet;
const firstLines = (name: string, host: string) => {
  const fleet = fleetOf(name);
  const found = fleet.hosts.find((candidate) => candidate.name === host);
  return found === undefined ? '' : createVxlan(fleet).flanneld(namesNotNeeded, found).start.join('\n');
};
const namesNotNeeded = {
  prefix: '',
  all: [],
  of: (place: string) => place,
  pod: (host: string) => host,
  runDir: '',
  hostDir: (host: string) => host,
  durableDir: (host: string) => host,
};

describe('the catalogue of variants', () => {
  it('has at least twenty, each under a name of its own', () => {
    const names = variantCatalogue.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(20);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(variantCatalogue.map((variant) => [variant.name, variant] as const))(
    '%s is told in one sentence, with a hub or control plane first and settings that a team may give',
    (name, { story, fleet, settings = {} }) => {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(story).toMatch(/^[^\n]{20,}\.$/);
      expect(fleet.hosts[0]?.name).toBe('hub-1');
      expect(loadLocalConfig(settings).settings).toEqual(settings);
    },
  );

  it('has every backend’s plain fleet under the backend’s name', () => {
    for (const backend of overlayNames) expect(fleetOf(backend)).toEqual({ ...plainFleet, backend });
  });

  it('has the evidence of each, of two nodes', () => {
    const stored = variantFixtures().map(({ name }) => name);
    const wanted = variantCatalogue.flatMap(({ name }) => [`${name}.gpu-1`, `${name}.cloud-1`]);
    expect(stored.toSorted()).toEqual(wanted.toSorted());
  });
});

describe('which variant a folder gets', () => {
  const kept = findVariant('port-4789');

  it('is the one that is named, the one that was kept, or the plain one of a backend', () => {
    expect(chooseVariant({}, undefined).name).toBe('vxlan');
    expect(chooseVariant({}, kept).name).toBe('port-4789');
    expect(chooseVariant({ variant: 'two-hubs' }, kept).name).toBe('two-hubs');
    expect(chooseVariant({ backend: 'vxlan' }, kept).name).toBe('port-4789');
    expect(chooseVariant({ backend: 'host-gw' }, kept).name).toBe('host-gw');
  });

  it('is nobody’s guess', () => {
    expect(() => chooseVariant({ variant: 'port-1' }, kept)).toThrow('no variant is called port-1');
  });
});

describe('what flanneld programs', () => {
  it('has the device, port and VNI of its net-conf', () => {
    expect(firstLines('port-4790', 'gpu-1')).toContain('ip link add flannel.4096');
    expect(firstLines('port-4790', 'gpu-1')).toContain('type vxlan id 4096 dstport 4790 local 10.200.0.11 dev wg0');
  });

  it('is a route without VXLAN between neighbours, with DirectRouting only', () => {
    expect(firstLines('direct-routing', 'cloud-1')).toContain('route replace 10.42.0.0/24 via 10.0.1.10 dev eth0');
    expect(firstLines('direct-routing', 'cloud-1')).not.toContain('fdb replace 0a:58:0a:2a:00:00');
    expect(firstLines('one-subnet', 'cloud-1')).toContain('fdb replace 0a:58:0a:2a:00:00 dev flannel.1 dst 10.0.1.10');
  });

  it('is bound to the interface’s address and reached at the announced one', () => {
    expect(firstLines('announced-not-local', 'cloud-1')).toContain('local 10.0.2.20 dev eth0');
    expect(firstLines('announced-not-local', 'hub-1')).toContain('dst 198.51.100.20');
  });
});

describe('addresses in a pod network', () => {
  it.each([
    ['pods-23', '10.42.22.0/23', '10.42.22.0', '10.42.22.1/23', '10.42.22.2'],
    ['pods-26', '10.42.0.128/26', '10.42.0.128', '10.42.0.129/26', '10.42.0.130'],
    ['vxlan', '10.42.11.0/24', '10.42.11.0', '10.42.11.1/24', '10.42.11.2'],
  ])('%s', (name, network, vtep, gateway, pod) => {
    const host = fleetOf(name).hosts.find((candidate) => candidate.name === 'gpu-1');
    expect(host && [podCidr(host), vtepIp(host), podGateway(host), podIp(host)]).toEqual([network, vtep, gateway, pod]);
  });
});
