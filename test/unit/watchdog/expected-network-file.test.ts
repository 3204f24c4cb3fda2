import { describe, expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { Inventory } from '../../../core/inventory/inventory.ts';
import { expectedNetworkFile } from '../../../core/watchdog/expected-network-file.ts';

const node = (name: string, number: number, more: Readonly<Record<string, string>> = {}) =>
  NodeObject.parse({
    metadata: {
      name,
      labels: { role: 'gpu', site: 'dc-a', pool: 'gpu' },
      annotations: {
        'flannel.alpha.coreos.com/backend-type': 'vxlan',
        'flannel.alpha.coreos.com/backend-data': `{"VNI":1,"VtepMAC":"0a:58:0a:2a:0${number}:00"}`,
        'flannel.alpha.coreos.com/public-ip': `10.200.0.${number}`,
        ...more,
      },
    },
    spec: { podCIDR: `10.42.${number}.0/24` },
  });
const labels = { role: 'role', site: 'site', pool: 'pool', hub: 'hub' };
const devices = { vxlanDevice: 'flannel.1', wireguardDevice: 'wg0' };

describe('the expected network of a node', () => {
  it('is one line for itself and one for each peer of its overlay', () => {
    const other = node('gpu-3', 3, { 'flannel.alpha.coreos.com/backend-type': 'host-gw' });
    const text = expectedNetworkFile('gpu-1', { nodes: [node('gpu-1', 1), node('gpu-2', 2), other], labels, devices });
    expect(text.split('\n')).toEqual([
      'self gpu-1 overlay=vxlan device=flannel.1 vni=1 site=dc-a role=gpu pool=gpu ip=10.200.0.1 pods=10.42.1.0/24 mac=0a:58:0a:2a:01:00',
      'peer gpu-2 site=dc-a role=gpu ip=10.200.0.2 pods=10.42.2.0/24 mac=0a:58:0a:2a:02:00',
      '',
    ]);
  });

  it('names the tunnel and its addresses as the record of the fleet has them', () => {
    const inventory = Inventory.parse({
      version: 1,
      tunnelNetworks: ['10.200.0.0/24'],
      nodes: { 'gpu-1': { tunnelAddress: '10.200.0.1', hub: 'hub-1' }, 'gpu-2': { tunnelAddress: '10.200.0.2' } },
    });
    const text = expectedNetworkFile('gpu-1', {
      nodes: [node('gpu-1', 1), node('gpu-2', 2)],
      labels,
      devices,
      inventory,
    });
    expect(text).toMatch(/^self gpu-1 .* tunnel=wg0 .* tunneladdress=10[.]200[.]0[.]1 pool=gpu hub=hub-1 /);
    expect(text).toMatch(/^peer gpu-2 .* tunneladdress=10[.]200[.]0[.]2 /m);
  });

  it('has its peers by name, so that it does not change with the order of the Node objects', () => {
    const [one, two, three] = [node('gpu-1', 1), node('gpu-2', 2), node('gpu-3', 3)];
    const text = expectedNetworkFile('gpu-2', { nodes: [three, one, two], labels, devices });
    expect(text.match(/^\w+ [\w-]+/gm)).toEqual(['self gpu-2', 'peer gpu-1', 'peer gpu-3']);
  });

  it('leaves out what the format has no room for', () => {
    const odd = node('gpu-2', 2);
    const fleet = {
      nodes: [node('gpu-1', 1), { ...odd, metadata: { ...odd.metadata, labels: { site: 'a b\npeer x' } } }],
    };
    const text = expectedNetworkFile('gpu-1', { ...fleet, labels, devices });
    expect(text.split('\n')[1]).toBe('peer gpu-2 ip=10.200.0.2 pods=10.42.2.0/24 mac=0a:58:0a:2a:02:00');
  });

  it('spells addresses as the kernel’s tools print them', () => {
    const dual = NodeObject.parse({
      ...node('gpu-2', 2, {
        'flannel.alpha.coreos.com/backend-v6-data': '{"VNI":1,"VtepMAC":"0a:5a:0a:2a:02:00"}',
        'flannel.alpha.coreos.com/public-ipv6': 'FD00:200:0:0::2',
      }),
      spec: { podCIDR: '10.42.2.0/24', podCIDRs: ['10.42.2.0/24', 'fd00:42:0:0::/64'] },
    });
    const text = expectedNetworkFile('gpu-1', { nodes: [node('gpu-1', 1), dual], labels, devices });
    expect(text).toContain('ip6=fd00:200::2 pods6=fd00:42::/64');
  });

  it('is refused for a node that has none', () => {
    expect(() => expectedNetworkFile('gone', { nodes: [node('gpu-1', 1)], labels, devices })).toThrow(
      'gone has no overlay',
    );
  });
});
