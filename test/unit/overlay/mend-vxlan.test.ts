import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { HostWork } from '../../../core/overlay/overlay.ts';
import { mendVxlan, rebuildVxlan, vxlanEntries } from '../../../core/overlay/vxlan/mend.ts';
import type { VxlanVtep } from '../../../core/overlay/vxlan/vtep.ts';
import { healthyHost, vtepOf } from '../../fakes/healthy-evidence.ts';

const of6 = (name: string, number: string): VxlanVtep => ({
  ...vtepOf(name),
  family: 'ipv6',
  podCidr: `fd42:0:0:${number}::/64`,
  overlayIp: `fd42:0:0:${number}:0:0:0:0`,
  publicIp: `fd00::${number}`,
});
const host: NodeEvidence = {
  ...healthyHost('gpu-1'),
  addresses: [['wg0', 'fd00::11/64']],
};
const work: HostWork<VxlanVtep> = {
  self: of6('gpu-1', '11'),
  peers: [of6('gpu-2', '12')],
  config: { port: 8472, directRouting: null },
  device: 'flannel-v6.1',
  readings: () => host,
};
const own = { op: 'addr replace', address: 'fd42:0:0:11:0:0:0:0/128', dev: 'flannel-v6.1' };
const up = { op: 'link up', dev: 'flannel-v6.1' };
const entries = ['neigh replace', 'fdb replace', 'route replace'];
const ofDevice = { host: 'gpu-1', device: 'flannel-v6.1' };

describe('flannel’s VXLAN device for IPv6', () => {
  it('gets its address back when it is set up: the kernel takes it away with the link', () => {
    expect(mendVxlan({ type: 'device-down', ...ofDevice }, work)).toEqual([up, own]);
    expect(mendVxlan({ type: 'address-missing', ...ofDevice, expected: 'fd42:0:0:11::' }, work)).toEqual([own]);
  });

  it('is replayed with its address before its entries', () => {
    const replayed = vxlanEntries(work);
    expect(replayed[0]).toEqual(own);
    expect(replayed.slice(1).map(({ op }) => op)).toEqual(entries);
  });

  it('is made anew with room for the longer header', () => {
    const [made, ...rest] = rebuildVxlan(work);
    expect(made).toMatchObject({ op: 'vxlan create', local: 'fd00::11', under: 'wg0', mtuBytes: 1420 - 70 });
    expect(rest.map(({ op }) => op)).toEqual(['link up', 'addr replace', 'addr replace', ...entries]);
  });
});

describe('a device that is made anew', () => {
  it.each<[string, Partial<HostWork<VxlanVtep>>]>([
    ['flannel’s name for it', { device: null }],
    ['a reading of the host', { readings: () => undefined }],
    ['the device below it', { readings: () => ({ ...host, addresses: [] }) }],
    ['the size of the device below it', { readings: () => ({ ...host, links: [] }) }],
    ['the port of the fleet', { config: { port: null, directRouting: null } }],
  ])('needs %s', (_, parts) => {
    expect(rebuildVxlan({ ...work, ...parts })).toEqual([]);
  });
});

describe('a route of a peer on a host that was not read', () => {
  it('is the one through the overlay, whatever the fleet does with neighbours', () => {
    for (const directRouting of [true, 'disputed', null] as const) {
      const unread = { ...work, config: { port: 8472, directRouting }, readings: () => undefined };
      expect(mendVxlan({ type: 'route-missing', host: 'gpu-1', peer: 'gpu-2' }, unread)).toEqual([
        { op: 'route replace', cidr: 'fd42:0:0:12::/64', via: 'fd42:0:0:12:0:0:0:0', dev: 'flannel-v6.1' },
      ]);
    }
  });
});
