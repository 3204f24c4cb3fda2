import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { describeDrift } from '../../../core/overlay/drift.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planReconcile } from '../../../core/repair/plan-entries.ts';
import { healthyHost, nodes } from '../../fakes/healthy-evidence.ts';

/** The nodes behind the hub as a host-gw fleet of their own: all are on link through wg0. */
const hostGwNodes: readonly NodeObject[] = nodes
  .filter(({ metadata }) => metadata.name !== 'cloud-1')
  .map((node) => ({
    ...node,
    metadata: {
      ...node.metadata,
      annotations: {
        'flannel.alpha.coreos.com/backend-type': 'host-gw',
        'flannel.alpha.coreos.com/backend-data': 'null',
        'flannel.alpha.coreos.com/public-ip':
          node.metadata.name === 'hub-1' ? '10.200.0.1' : (node.status.addresses?.[0]?.address ?? ''),
      },
    },
  }));
const network = expectedNetwork(hostGwNodes, 'gpu-1');

const wholeHost: NodeEvidence = {
  ...healthyHost('gpu-1'),
  links: healthyHost('gpu-1').links.filter(({ name }) => name !== 'flannel.1'),
  routes: [
    ['default', '192.168.1.1', 'eth0', false, 0],
    ['10.200.0.0/24', null, 'wg0', false, 0],
    ['10.42.0.0/24', '10.200.0.1', 'wg0', false, 0],
    ['10.42.12.0/24', '10.200.0.12', 'wg0', false, 0],
  ],
};

const driftOf = (host: NodeEvidence) => network.findDrift('gpu-1', host, null);
const planFor = (host: NodeEvidence) => planReconcile(network, driftOf(host), null, () => host);

describe('a fleet that runs host-gw', () => {
  it('needs nothing but a lease, and is reached at the gateway of its pods', () => {
    expect(network).toMatchObject({ traits: { name: 'host-gw' }, unusable: [] });
    expect(network.members.map(({ overlayIp }) => overlayIp)).toEqual(['10.42.0.1', '10.42.11.1', '10.42.12.1']);
    expect(network.device({ vxlanDevice: 'flannel.1' })).toBeNull();
  });

  it('has no difference where every peer has its route through itself', () => {
    expect(driftOf(wholeHost)).toEqual([]);
  });

  it.each<[string, NodeEvidence['routes'], string, string]>([
    [
      'is missing',
      wholeHost.routes.filter(([destination]) => destination !== '10.42.12.0/24'),
      'gpu-1: no route to the pods of gpu-2',
      'gpu-1: route replace 10.42.12.0/24 via 10.200.0.12 dev wg0 onlink',
    ],
    [
      'leads through another node',
      wholeHost.routes.map((row) => (row[0] === '10.42.12.0/24' ? [row[0], '10.200.0.1', 'wg0', false, 0] : row)),
      'gpu-1: route to the pods of gpu-2 is via 10.200.0.1 dev wg0',
      'gpu-1: route replace 10.42.12.0/24 via 10.200.0.12 dev wg0 onlink',
    ],
    [
      'is shadowed by a narrower one',
      [...wholeHost.routes, ['10.42.12.128/25', '192.168.1.7', 'eth0', false, 0]],
      'gpu-1: 10.42.12.128/25 dev eth0 takes pods of gpu-2 elsewhere',
      'gpu-1: route del 10.42.12.128/25 dev eth0',
    ],
  ])('finds a route that %s, and puts it right', (_what, routes, difference, line) => {
    const host = { ...wholeHost, routes };
    expect(driftOf(host).map(describeDrift)).toEqual([difference]);
    expect(planLines(planFor(host))).toEqual([line]);
  });

  it('concludes nothing where the host’s own device, or its routes, were not seen', () => {
    expect(driftOf({ ...wholeHost, addresses: [], routes: [] })).toEqual([]);
    expect(driftOf({ ...wholeHost, routes: [], unseen: [{ what: 'routes', why: 'timeout' }] })).toEqual([]);
  });

  it('needs the pods’ own networks in the AllowedIPs of the tunnel below it', () => {
    expect(network.carriedNetworks('gpu-2')).toEqual(['10.200.0.12', '10.42.12.0/24']);
  });
});
