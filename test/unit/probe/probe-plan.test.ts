import { describe, expect, it } from 'vitest';
import { measuredBy, readingOf } from '../../../core/evidence/evidence.ts';
import { ipv6View } from '../../../core/evidence/ipv6-view.ts';
import type { Member } from '../../../core/overlay/member.ts';
import { overlays } from '../../../core/overlay/registry.ts';
import { formatProbes, planIpv6Probes, planProbes } from '../../../core/probe/probe-plan.ts';
import { documents } from '../../../runbooks/documents/documents.ts';
import { healthyHost, vtepOf } from '../../fakes/healthy-evidence.ts';
import { dualStackEvidence } from '../../fixtures/evidence.ts';

const plan = (kubeletPort?: number, { turn = 0, pods = healthyHost('hub-1').pods.addresses } = {}) =>
  planProbes({
    sender: healthyHost('gpu-1'),
    flannelDevice: 'flannel.1',
    mtu: overlays.vxlan.mtu,
    to: vtepOf('hub-1'),
    receiver: { ...healthyHost('hub-1'), pods: { ...healthyHost('hub-1').pods, addresses: pods } },
    turn,
    ...(kubeletPort === undefined ? {} : { kubeletPort }),
  });

describe('what is probed of a peer', () => {
  it('is every layer, and with a port a TCP connection to the kubelet through the overlay', () => {
    const kinds = plan(10_255).map(({ kind }) => kind);
    expect(kinds).toEqual(['underlay', 'vtep', 'full', 'tcp', 'pod', 'workload', 'podtcp', 'hop', 'fullhop']);
    expect(formatProbes(plan(10_255)).split(',')).toContain('tcp-hub-1/10.42.0.0/10255/connect');
    expect(plan().map(({ kind }) => kind)).not.toContain('tcp');
  });

  it('is TCP to another of its pods for each sender, at the kubelet’s port number', () => {
    const pods = ['172.17.0.2', '10.42.0.1', '10.42.0.2', '10.42.0.3'];
    const asked = [0, 1, 2].map((turn) => plan(10_255, { turn, pods }).find(({ kind }) => kind === 'podtcp')?.address);
    expect(asked).toEqual(['10.42.0.2', '10.42.0.3', '10.42.0.2']);
    expect(formatProbes(plan(10_255)).split(',')).toContain('podtcp-hub-1/10.42.0.2/10255/connect');
    expect(plan().map(({ kind }) => kind)).not.toContain('podtcp');
    expect(plan(10_255, { turn: 2, pods: ['10.42.0.1'] }).map(({ kind }) => kind)).not.toContain('podtcp');
  });

  it('is full-size by the way that packets really take, where a peer announces an address of another way', () => {
    const elsewhere = { ...vtepOf('gpu-1'), publicIp: '203.0.113.7' };
    const hub = healthyHost('hub-1');
    const links = hub.links.map((link) => (link.name === 'flannel.1' ? { ...link, mtuBytes: 8_951 } : link));
    const target = planProbes({
      sender: { ...hub, links },
      flannelDevice: 'flannel.1',
      mtu: overlays.vxlan.mtu,
      to: elsewhere,
      receiver: undefined,
    }).find(({ kind }) => kind === 'full');
    // 1420 of wg0, less 50 of VXLAN, less 28 of IPv4 and ICMP; eth0, to the announced address, has 9001.
    expect(target?.payloadBytes).toBe(1_342);
  });

  it('fits into the document’s parameter, for three read hosts and four peers that differ', () => {
    const { allowedPattern } = documents.diagnose.parameters['probes'] ?? { allowedPattern: '^$' };
    const most = Array.from({ length: 7 }, () => plan(10_250)).flat();
    expect(formatProbes([...most, ...plan(10_250).slice(0, 2)])).toMatch(new RegExp(allowedPattern));
  });
});

describe('what is probed of the second pod network of a peer', () => {
  const sender = measuredBy(readingOf(ipv6View(dualStackEvidence()), 'node')) ?? healthyHost('gpu-1');
  const to: Member = {
    node: 'hub-1',
    family: 'ipv6',
    podCidr: 'fd00:42::/64',
    overlayIp: 'fd00:42:0:0:0:0:0:0',
    publicIp: '2001:db8:0:1::10',
  };
  const targets = planIpv6Probes({
    sender,
    flannelDevice: 'flannel-v6.1',
    mtu: overlays.vxlan.mtu,
    to,
    receiver: undefined,
  });

  it('is flannel’s device, also with full-size packets, what lies below it and the pods’ gateway', () => {
    expect(formatProbes(targets).split(',')).toEqual([
      'underlay6-hub-1/2001:db8:0:1::10/56/echo',
      'vtep6-hub-1/fd00:42:0:0:0:0:0:0/56/echo',
      // 1420 of wg0, less 70 of VXLAN over IPv6, less 48 of IPv6 and ICMP.
      'full6-hub-1/fd00:42:0:0:0:0:0:0/1302/echo',
      'pod6-hub-1/fd00:42:0:0:0:0:0:1/56/echo',
    ]);
  });

  it('fits into the document’s parameter beside the first, for five peers', () => {
    const { allowedPattern } = documents.diagnose.parameters['probes'] ?? { allowedPattern: '^$' };
    const first = Array.from({ length: 7 }, () => plan(10_250)).flat();
    const second = Array.from({ length: 5 }, () => targets).flat();
    expect(formatProbes([...first, ...plan(10_250).slice(0, 2), ...second])).toMatch(new RegExp(allowedPattern));
  });
});
