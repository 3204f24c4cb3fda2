import { describe, expect, it } from 'vitest';
import { hypothesize } from '../../../core/alert/hypothesize.ts';

describe('the first guess from an alert name', () => {
  it.each([
    ['PodNetworkMtuBlackHole', 'mtu-black-hole'],
    ['OverlayFragmentationDrops', 'mtu-black-hole'],
    ['FlannelVxlanWedge', 'vxlan-wedge'],
    ['FlannelFdbMissing', 'vxlan-wedge'],
    ['OverlayUnreachable', 'vxlan-wedge'],
    ['OverlayBlocked', 'overlay-blocked'],
    ['KubeletUnreachable', 'one-way-nat'],
    ['KubectlExec502', 'one-way-nat'],
    ['OneWayTunnel', 'one-way-nat'],
    ['PodCidrRouteMissing', 'missing-route'],
    ['MissingRoute', 'missing-route'],
    ['WireGuardHandshakeStale', 'tunnel-down'],
    ['WireGuardHubDown', 'hub-outage'],
    ['KubeNodeNotReady', 'node-offline'],
    ['NodeDown', 'node-offline'],
    ['GpuXidError', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (alertname, faultClass) => {
    expect(hypothesize({ alertname })).toBe(faultClass);
  });

  it('is unknown without a name', () => {
    expect(hypothesize({})).toBe('unknown');
  });
});

describe('a class that the rule states itself', () => {
  it.each(['restitch_class', 'fault_class'])('wins in label %s', (label) => {
    expect(hypothesize({ alertname: 'FlannelVxlanWedge', [label]: 'missing-route' })).toBe('missing-route');
  });

  it('is passed over when it is none of ours', () => {
    expect(hypothesize({ alertname: 'FlannelVxlanWedge', restitch_class: 'gremlins' })).toBe('vxlan-wedge');
  });

  it('cannot be health: only evidence says so', () => {
    expect(hypothesize({ alertname: 'FlannelVxlanWedge', restitch_class: 'healthy' })).toBe('vxlan-wedge');
  });

  it('is taken from the second label when the first is unusable', () => {
    expect(hypothesize({ restitch_class: '', fault_class: 'one-way-nat' })).toBe('one-way-nat');
  });
});
