import { describe, expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import { backendTypeOf, readLease } from '../../../core/overlay/flannel-lease.ts';
import { readVtep } from '../../../core/overlay/vxlan/vtep.ts';

const FLANNEL = 'flannel.alpha.coreos.com';
const both = {
  [`${FLANNEL}/backend-data`]: '{"VNI":1,"VtepMAC":"0a:58:0a:2a:0b:00"}',
  [`${FLANNEL}/public-ip`]: '10.200.0.11',
  [`${FLANNEL}/backend-v6-data`]: '{"VNI":1,"VtepMAC":"0a:58:0a:2a:0b:66"}',
  [`${FLANNEL}/public-ipv6`]: 'fd00::11',
};
const podCIDRs = ['10.42.11.0/24', 'fd42:0:0:b::/64'];
const node = (annotations: object = both, spec: object = { podCIDRs }) =>
  NodeObject.parse({ metadata: { name: 'gpu-1', annotations }, spec });

describe('a node’s lease', () => {
  it('is that of the address family', () => {
    expect(readLease(node(), 'ipv4')).toEqual({
      member: {
        node: 'gpu-1',
        family: 'ipv4',
        podCidr: '10.42.11.0/24',
        overlayIp: '10.42.11.0',
        publicIp: '10.200.0.11',
      },
      backendData: { VNI: 1, VtepMAC: '0a:58:0a:2a:0b:00' },
    });
    expect(readLease(node(), 'ipv6')).toEqual({
      member: {
        node: 'gpu-1',
        family: 'ipv6',
        podCidr: 'fd42:0:0:b::/64',
        overlayIp: 'fd42:0:0:b:0:0:0:0',
        publicIp: 'fd00::11',
      },
      backendData: { VNI: 1, VtepMAC: '0a:58:0a:2a:0b:66' },
    });
  });

  it.each<[string, object, object]>([
    ['the only pod CIDR', { podCIDR: '10.42.11.0/24' }, { podCidr: '10.42.11.0/24' }],
    ['that of the family among several', { podCIDRs: podCIDRs.toReversed() }, { podCidr: '10.42.11.0/24' }],
    ['the list, where there are both', { podCIDR: '10.42.99.0/24', podCIDRs }, { podCidr: '10.42.11.0/24' }],
  ])('has %s', (_, spec, member) => {
    expect(readLease(node(both, spec), 'ipv4')).toMatchObject({ member });
  });

  it.each<[string, object, object, string]>([
    ['no pod CIDR', both, {}, 'no IPv4 pod CIDR'],
    ['one of IPv6 alone', both, { podCIDR: 'fd42:0:0:b::/64' }, 'no IPv4 pod CIDR'],
    ['one that is no network', both, { podCIDR: 'all' }, 'no IPv4 pod CIDR'],
    ['no public IP', {}, { podCIDRs }, 'public IP is not an address: -'],
    ['a name in its place', { [`${FLANNEL}/public-ip`]: 'gpu' }, { podCIDRs }, 'public IP is not an address: gpu'],
    [
      'a public IP of the other family',
      { [`${FLANNEL}/public-ip`]: 'fd00::11' },
      { podCIDRs },
      'public IP is none of IPv4: fd00::11',
    ],
  ])('cannot be told with %s', (_, annotations, spec, why) => {
    expect(readLease(node(annotations, spec), 'ipv4')).toBe(why);
  });

  it('of IPv6 is missed by its name', () => {
    expect(readLease(node(both, { podCIDR: '10.42.11.0/24' }), 'ipv6')).toBe('no IPv6 pod CIDR');
  });

  it.each([
    ['nothing', undefined, undefined],
    ['no JSON', '{', undefined],
    ['null, as of host-gw', 'null', null],
  ])('may keep %s for the backend', (_, data, backendData) => {
    const annotations = { ...both, [`${FLANNEL}/backend-data`]: data };
    const said = Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== undefined));
    expect(readLease(node(said), 'ipv4')).toMatchObject({ backendData });
  });

  it('names the backend, where there is a Node object that does', () => {
    expect(backendTypeOf(node({ [`${FLANNEL}/backend-type`]: 'vxlan' }))).toBe('vxlan');
    expect(backendTypeOf(node())).toBeUndefined();
    expect(backendTypeOf(undefined)).toBeUndefined();
  });
});

describe('a node’s VTEP', () => {
  const withData = (data: string) => readVtep(node({ ...both, [`${FLANNEL}/backend-data`]: data }), 'ipv4');

  it('has its MAC in the kernel’s spelling, and flannel’s own VNI where none is said', () => {
    expect(withData('{"VtepMAC":"0A-58-0A-2A-0B-00"}')).toMatchObject({ vtepMac: '0a:58:0a:2a:0b:00', vni: 1 });
    expect(withData('{"VNI":4096,"VtepMAC":"0a:58:0a:2a:0b:00"}')).toMatchObject({ vni: 4096 });
  });

  it.each(['{}', 'null', '{"VtepMAC":"0a:58"}', '{"VtepMAC":7}', '{"VNI":0,"VtepMAC":"0a:58:0a:2a:0b:00"}'])(
    'cannot be told from %s',
    (data) => {
      expect(withData(data)).toBe('backend data holds no VTEP MAC');
    },
  );

  it('cannot be told without a lease', () => {
    expect(readVtep(node(both, {}), 'ipv4')).toBe('no IPv4 pod CIDR');
  });
});
