import { describe, expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { expectedNetworkFile } from '../../../monitoring/watchdog/expected-network-file.ts';

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
const devices = {
  vxlan: 'flannel.1',
  'wireguard-native': 'flannel-wg',
  'host-gw': '',
  tunnel: 'wg0',
  vxlanV6: 'flannel-v6.1',
};

describe('the expected network of a node', () => {
  it('is one line for itself and one for each peer of its overlay', () => {
    const other = node('gpu-3', 3, { 'flannel.alpha.coreos.com/backend-type': 'host-gw' });
    const text = expectedNetworkFile('gpu-1', { nodes: [node('gpu-1', 1), node('gpu-2', 2), other], labels, devices });
    expect(text.split('\n').slice(1)).toEqual([
      'self gpu-1 overlay=vxlan device=flannel.1 vni=1 site=dc-a role=gpu pool=gpu ip=10.200.0.1 pods=10.42.1.0/24 mac=0a:58:0a:2a:01:00',
      'peer gpu-2 site=dc-a role=gpu ip=10.200.0.2 pods=10.42.2.0/24 mac=0a:58:0a:2a:02:00',
      '',
    ]);
  });

  it('is refused for a node that has none', () => {
    expect(() => expectedNetworkFile('gone', { nodes: [node('gpu-1', 1)], labels, devices })).toThrow(
      'gone has no overlay',
    );
  });
});
