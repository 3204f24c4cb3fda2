import { describe, expect, it } from 'vitest';
import type { Link, NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { Drift } from '../../../core/overlay/drift.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { healthyHost, network, nodes } from '../../fakes/healthy-evidence.ts';

const told = expectedNetwork(nodes, 'gpu-1', { port: 8472, directRouting: null });
const device = (change: (link: Link) => Partial<Link>): NodeEvidence => {
  const host = healthyHost('gpu-1');
  return {
    ...host,
    links: host.links.map((link) => (link.name === 'flannel.1' ? { ...link, ...change(link) } : link)),
  };
};
const vxlan = (parts: Partial<NonNullable<Link['vxlan']>>) =>
  device(({ vxlan: now }) => ({ vxlan: now && { ...now, ...parts } }));
const drifts = (host: NodeEvidence, of = told) => of.findDrift('gpu-1', host, 'flannel.1');
const wrong = (attribute: string, expected: string, actual: string) => [
  { type: 'device-wrong', host: 'gpu-1', device: 'flannel.1', attribute, expected, actual },
];

describe('flannel’s VXLAN device differs', () => {
  it.each<[string, NodeEvidence, readonly object[]]>([
    ['not, as flanneld makes it', healthyHost('gpu-1'), []],
    ['in its VNI', vxlan({ vni: 2 }), wrong('vni', '1', '2')],
    ['in its port', vxlan({ port: 4789 }), wrong('port', '8472', '4789')],
    [
      'in its MAC',
      device(() => ({ mac: '0a:58:0a:2a:0b:99' })),
      wrong('mac', '0a:58:0a:2a:0b:00', '0a:58:0a:2a:0b:99'),
    ],
    ['in its MAC, which it has none of', device(() => ({ mac: null })), wrong('mac', '0a:58:0a:2a:0b:00', 'none')],
    ['in its own address', vxlan({ local: '192.168.1.5' }), wrong('local', '10.200.0.11', '192.168.1.5')],
    ['in its own address, which it has none of', vxlan({ local: null }), wrong('local', '10.200.0.11', 'none')],
    ['by being down', device(() => ({ up: false })), [{ type: 'device-down', host: 'gpu-1', device: 'flannel.1' }]],
    ['not in what is no VXLAN parameter', device(() => ({ vxlan: null })), []],
    ['not in the spelling of its MAC', device(() => ({ mac: '0A-58-0A-2A-0B-00' })), []],
  ])('%s', (_, host, found) => {
    expect(drifts(host)).toEqual(found);
  });

  it('not in its port where nobody knows which is right', () => {
    expect(drifts(vxlan({ port: 4789 }), network)).toEqual([]);
  });

  it('by lacking the address that flannel gives it, unless the addresses were not seen', () => {
    const host = healthyHost('gpu-1');
    const bare = { ...host, addresses: host.addresses.filter(([dev]) => dev !== 'flannel.1') };
    const found = [{ type: 'address-missing', host: 'gpu-1', device: 'flannel.1', expected: '10.42.11.0' }];
    expect(drifts(bare)).toEqual(found);
    expect(drifts({ ...bare, addresses: [...bare.addresses, ['wg0', '10.42.11.0/32']] })).toEqual(found);
    expect(drifts({ ...bare, unseen: [{ what: 'addresses', why: 'timeout' }] })).toEqual([]);
  });

  it('by being down alone, which also took its address', () => {
    const host = device(() => ({ up: false }));
    const bare = { ...host, addresses: host.addresses.filter(([dev]) => dev !== 'flannel.1') };
    expect(drifts(bare)).toEqual([{ type: 'device-down', host: 'gpu-1', device: 'flannel.1' }]);
  });

  it('not in an own address that could not be compared with those of the host', () => {
    const unseen = { unseen: [{ what: 'addresses', why: 'timeout' }] };
    expect(drifts({ ...vxlan({ local: '192.168.1.5' }), ...unseen })).toEqual([]);
    expect(drifts({ ...vxlan({ local: null }), ...unseen })).toEqual([]);
  });

  it('by not being there; then its entries are not listed', () => {
    const host = healthyHost('gpu-1');
    const gone = { ...host, links: host.links.filter(({ name }) => name !== 'flannel.1'), neighbours: [], fdb: [] };
    expect(drifts(gone)).toEqual([{ type: 'device-missing', host: 'gpu-1', device: 'flannel.1' }]);
    expect(drifts({ ...gone, unseen: [{ what: 'links', why: 'timeout' }] })).toEqual([]);
    expect(told.findDrift('gpu-1', gone, null)).toEqual([]);
  });

  it('not in an own address that the announced one is translated to', () => {
    const host = vxlan({ local: '192.168.1.5', dev: 'eth0' });
    const translated = (addresses: NodeEvidence['addresses']) =>
      drifts({ ...host, addresses: [['flannel.1', '10.42.11.0/32'], ...addresses] });
    expect(translated([['eth0', '192.168.1.5/24']])).toEqual([]);
    expect(translated([['wg0', '192.168.1.5/24']])).toEqual(wrong('local', '10.200.0.11', '192.168.1.5'));
    expect(translated([])).toEqual(wrong('local', '10.200.0.11', '192.168.1.5'));
    const both: NodeEvidence['addresses'] = [
      ['wg0', '10.200.0.11/24'],
      ['eth0', '192.168.1.5/24'],
    ];
    expect(translated(both)).toEqual(wrong('local', '10.200.0.11', '192.168.1.5'));
    const none = vxlan({ local: null, dev: 'eth0' });
    expect(drifts({ ...none, addresses: [['flannel.1', '10.42.11.0/32']] })).toEqual(
      wrong('local', '10.200.0.11', 'none'),
    );
  });
});

describe('an entry for a peer differs', () => {
  const ofGpu2 = { host: 'gpu-1', peer: 'gpu-2' };
  const host = healthyHost('gpu-1');
  const neighbours = (mac: string | null) =>
    host.neighbours.map((row): NodeEvidence['neighbours'][number] =>
      row[0] === '10.42.12.0' ? [row[0], mac, 'PERMANENT'] : row,
    );

  const otherRoute = (gateway: string | null, to: string) =>
    host.routes.map((row): NodeEvidence['routes'][number] =>
      row[0] === '10.42.12.0/24' ? [row[0], gateway, to, true, 0] : row,
    );

  it.each<[string, Partial<NodeEvidence>, readonly object[]]>([
    [
      'its neighbour is gone',
      { neighbours: host.neighbours.filter(([ip]) => ip !== '10.42.12.0') },
      [{ type: 'neighbour-missing', ...ofGpu2 }],
    ],
    ['its neighbour has no MAC', { neighbours: neighbours(null) }, [{ type: 'neighbour-missing', ...ofGpu2 }]],
    [
      'its neighbour has another MAC',
      { neighbours: neighbours('0a:58:0a:2a:0c:99') },
      [{ type: 'neighbour-wrong', ...ofGpu2, actual: '0a:58:0a:2a:0c:99' }],
    ],
    [
      'its forwarding entry is gone',
      { fdb: host.fdb.filter(([, to]) => to !== '10.200.0.12') },
      [{ type: 'fdb-missing', ...ofGpu2 }],
    ],
    [
      'it has a second destination',
      { fdb: [...host.fdb, ['0a:58:0a:2a:0c:00', '10.200.0.99']] },
      [{ type: 'fdb-wrong', ...ofGpu2, actual: ['10.200.0.12', '10.200.0.99'] }],
    ],
    [
      'its route is gone',
      { routes: host.routes.filter(([to]) => to !== '10.42.12.0/24') },
      [{ type: 'route-missing', ...ofGpu2 }],
    ],
    [
      'its route leads through it on another device',
      { routes: otherRoute('10.42.12.0', 'wg0') },
      [{ type: 'route-wrong', ...ofGpu2, actual: 'via 10.42.12.0 dev wg0' }],
    ],
    [
      'its route leads straight into flannel’s device',
      { routes: otherRoute(null, 'flannel.1') },
      [{ type: 'route-wrong', ...ofGpu2, actual: 'via nothing dev flannel.1' }],
    ],
    [
      'its route leads through another peer',
      { routes: otherRoute('10.42.0.0', 'flannel.1') },
      [{ type: 'route-wrong', ...ofGpu2, actual: 'via 10.42.0.0 dev flannel.1' }],
    ],
  ])('%s', (_, parts, found) => {
    expect(drifts({ ...host, ...parts })).toEqual(found);
  });

  it.each(['neighbours', 'fdb'] as const)('is not concluded from %s that were not seen', (what) => {
    expect(drifts({ ...host, [what]: [], unseen: [{ what, why: 'timeout' }] })).toEqual([]);
  });
});

describe('each difference is mended as flanneld makes the entry', () => {
  const readings = (name: string) => (name === 'gpu-1' ? healthyHost('gpu-1') : undefined);
  const mend = (drift: Drift) => told.mend(drift, 'flannel.1', readings);
  const ofGpu2 = { host: 'gpu-1', peer: 'gpu-2' };
  const own = { host: 'gpu-1', device: 'flannel.1' };
  const elsewhere = { ...ofGpu2, destination: '10.42.12.0/25', device: 'wg0' };
  const neighbour = { op: 'neigh replace', ip: '10.42.12.0', mac: '0a:58:0a:2a:0c:00', dev: 'flannel.1' };
  const forwarding = { op: 'fdb replace', mac: '0a:58:0a:2a:0c:00', dst: '10.200.0.12', dev: 'flannel.1' };
  const route = { op: 'route replace', cidr: '10.42.12.0/24', via: '10.42.12.0', dev: 'flannel.1' };

  it.each<[Drift, readonly object[]]>([
    [{ type: 'device-down', ...own }, [{ op: 'link up', dev: 'flannel.1' }]],
    [
      { type: 'address-missing', ...own, expected: '10.42.11.0' },
      [{ op: 'addr replace', address: '10.42.11.0/32', dev: 'flannel.1' }],
    ],
    [{ type: 'device-hung', ...own }, []],
    [{ type: 'neighbour-missing', ...ofGpu2 }, [neighbour]],
    [{ type: 'neighbour-wrong', ...ofGpu2, actual: 'x' }, [neighbour]],
    [{ type: 'fdb-missing', ...ofGpu2 }, [forwarding]],
    [{ type: 'fdb-wrong', ...ofGpu2, actual: [] }, [forwarding]],
    [{ type: 'route-missing', ...ofGpu2 }, [route]],
    [{ type: 'route-wrong', ...ofGpu2, actual: 'x' }, [route]],
    [{ type: 'route-shadowed', ...elsewhere }, [{ op: 'route del', cidr: '10.42.12.0/25', dev: 'wg0' }]],
    [{ type: 'network-overlap', ...elsewhere }, []],
    [{ type: 'peer-missing', ...ofGpu2 }, []],
    [{ type: 'route-missing', host: 'gpu-1', peer: 'ghost' }, []],
    [{ type: 'route-missing', host: 'ghost', peer: 'gpu-2' }, []],
  ])('%j', (drift, operations) => {
    expect(mend(drift)).toEqual(operations);
  });

  it('and nothing where the device is not known', () => {
    expect(told.mend({ type: 'fdb-missing', ...ofGpu2 }, null, readings)).toEqual([]);
    expect(told.fullState('gpu-1', null, readings)).toEqual([]);
  });

  it('a lost device is made anew, where all of it is known', () => {
    expect(told.rebuild('gpu-1', 'flannel.1', readings).slice(0, 3)).toEqual([
      {
        op: 'vxlan create',
        dev: 'flannel.1',
        vni: 1,
        port: 8472,
        local: '10.200.0.11',
        under: 'wg0',
        mac: '0a:58:0a:2a:0b:00',
        mtuBytes: 1370,
      },
      { op: 'link up', dev: 'flannel.1' },
      { op: 'addr replace', address: '10.42.11.0/32', dev: 'flannel.1' },
    ]);
    expect(told.rebuild('gpu-1', 'flannel.1', readings)).toHaveLength(3 + 3 * 3);
    const reading = (parts: Partial<NodeEvidence>) => () => ({ ...healthyHost('gpu-1'), ...parts });
    expect(told.rebuild('gpu-1', null, readings)).toEqual([]);
    expect(told.rebuild('gpu-1', 'flannel.1', () => undefined)).toEqual([]);
    expect(told.rebuild('gpu-1', 'flannel.1', reading({ addresses: [] }))).toEqual([]);
    expect(told.rebuild('gpu-1', 'flannel.1', reading({ links: [] }))).toEqual([]);
    expect(network.rebuild('gpu-1', 'flannel.1', readings)).toEqual([]);
  });
});
