import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import type { Drift } from '../../../core/overlay/drift.ts';
import { hostGw } from '../../../core/overlay/host-gw/host-gw.ts';
import type { Member } from '../../../core/overlay/member.ts';
import type { HostWork } from '../../../core/overlay/overlay.ts';
import { healthyHost, vtepOf } from '../../fakes/healthy-evidence.ts';

type Row = NodeEvidence['routes'][number];

const [self, peer] = [vtepOf('gpu-1'), vtepOf('gpu-2')];
const host = healthyHost('gpu-1');
const work: HostWork<Member> = {
  self,
  peers: [peer],
  config: { port: null, directRouting: null },
  device: null,
  readings: () => host,
};
const ofGpu2 = { host: 'gpu-1', peer: 'gpu-2' };
const elsewhere = { ...ofGpu2, destination: '10.42.12.0/25', device: 'eth0' };
const route = { op: 'route replace', cidr: '10.42.12.0/24', via: '10.200.0.12', dev: 'wg0' };

describe('each difference of host-gw is mended as flanneld makes the route', () => {
  it.each<[Drift, readonly object[]]>([
    [{ type: 'route-missing', ...ofGpu2 }, [route]],
    [{ type: 'route-wrong', ...ofGpu2, actual: 'x' }, [route]],
    [{ type: 'route-shadowed', ...elsewhere }, [{ op: 'route del', cidr: '10.42.12.0/25', dev: 'eth0' }]],
    [{ type: 'network-overlap', ...elsewhere }, []],
    [{ type: 'device-missing', host: 'gpu-1', device: 'x' }, []],
    [{ type: 'route-missing', host: 'gpu-1', peer: 'ghost' }, []],
  ])('%j', (drift, operations) => {
    expect(hostGw.mend(drift, work)).toEqual(operations);
  });

  it.each<[string, HostWork<Member>['readings']]>([
    ['the host was not read', () => undefined],
    ['no device has the host’s own address', () => ({ ...host, addresses: [] })],
  ])('but not where %s', (_, readings) => {
    expect(hostGw.mend({ type: 'route-missing', ...ofGpu2 }, { ...work, readings })).toEqual([]);
  });
});

describe('a host of host-gw', () => {
  const drifts = (...routes: readonly Row[]) =>
    hostGw
      .findDrift({
        self,
        peers: [peer],
        config: work.config,
        measured: { ...host, routes: [...routes] },
        device: null,
        inFocus: [],
      })
      .map(({ type }) => type);

  it('reaches a peer’s pods through the peer, not straight from a device', () => {
    expect(drifts(['10.42.12.0/24', '10.200.0.12', 'wg0', true, 0])).toEqual([]);
    expect(drifts(['10.42.12.0/24', null, 'wg0', false, 0])).toEqual(['route-wrong']);
    expect(drifts(['10.42.12.0/24', null, 'eth0', false, 0])).toEqual(['network-overlap']);
    expect(drifts()).toEqual(['route-missing']);
  });
});

describe('a node of host-gw', () => {
  const member = (podCIDR: string | undefined) =>
    hostGw.readMember(
      NodeObject.parse({
        metadata: { name: 'gpu-1', annotations: { 'flannel.alpha.coreos.com/public-ip': '10.200.0.11' } },
        spec: { podCIDR },
      }),
      'ipv4',
    );

  it('answers at the gateway of its pods, where its network has one', () => {
    expect(member('10.42.11.0/31')).toMatchObject({ overlayIp: '10.42.11.1', podCidr: '10.42.11.0/31' });
    expect(member('10.42.11.0/32')).toBe('10.42.11.0/32 has no address for a gateway');
    expect(member(undefined)).toBe('no IPv4 pod CIDR');
  });

  it('is known by its address and its pods, and no other may have them', () => {
    expect(hostGw.identities(self)).toEqual([
      { what: 'pod CIDR', value: '10.42.11.0/24' },
      { what: 'public IP', value: '10.200.0.11' },
    ]);
  });
});
