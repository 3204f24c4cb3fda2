import { describe, expect, it } from 'vitest';
import {
  expectedDeviceMtus,
  externalMtu,
  mtuStack,
  type StackedPath,
  type StackLayer,
} from '../../../core/overlay/mtu-stack.ts';

const on = (pathMtuBytes: number, parts: Partial<StackedPath> = {}): StackedPath => ({
  pathMtuBytes,
  underlay: 'ipv4',
  overlay: 'vxlan',
  vtep: 'ipv4',
  ...parts,
});
const bytesOf = (stack: readonly StackLayer[]) => Object.fromEntries(stack.map(({ name, bytes }) => [name, bytes]));

describe('flannel VXLAN inside WireGuard', () => {
  it.each([
    [1500, 'ipv4', 1440, 1390],
    [1500, 'ipv6', 1420, 1370],
    [1492, 'ipv4', 1432, 1382],
    [1492, 'ipv6', 1412, 1362],
    [1400, 'ipv4', 1340, 1290],
    [1400, 'ipv6', 1320, 1270],
    [9001, 'ipv4', 8941, 8891],
    [9001, 'ipv6', 8921, 8871],
    [9000, 'ipv4', 8940, 8890],
    [9000, 'ipv6', 8920, 8870],
  ] as const)('on a path of %i over %s wants wg0 at %i and flannel at %i', (path, underlay, wireguard, flannel) => {
    expect(bytesOf(mtuStack(on(path, { underlay })))).toEqual({
      path,
      wireguard,
      flannel,
      pod: flannel,
      'tcp-mss-ipv4': flannel - 40,
      'tcp-mss-ipv6': flannel - 60,
    });
    expect(expectedDeviceMtus(on(path, { underlay }))).toEqual({ wireguard, flannel, pod: flannel });
  });

  it('costs 70 bytes between IPv6 VTEPs', () => {
    const path = on(1500, { vtep: 'ipv6' });
    expect(expectedDeviceMtus(path)).toEqual({ wireguard: 1440, flannel: 1370, pod: 1370 });
  });

  it('says of each layer what was taken from which', () => {
    expect(
      mtuStack(on(1500, { underlay: 'ipv6' })).map(({ name, from, headers }) => ({ name, from, headers })),
    ).toEqual([
      { name: 'path', from: null, headers: [] },
      {
        name: 'wireguard',
        from: { name: 'path', bytes: 1500 },
        headers: [
          { name: 'IPv6', bytes: 40 },
          { name: 'UDP', bytes: 8 },
          { name: 'WireGuard', bytes: 32 },
        ],
      },
      {
        name: 'flannel',
        from: { name: 'wireguard', bytes: 1420 },
        headers: [
          { name: 'IPv4', bytes: 20 },
          { name: 'UDP', bytes: 8 },
          { name: 'VXLAN', bytes: 8 },
          { name: 'inner Ethernet', bytes: 14 },
        ],
      },
      { name: 'pod', from: { name: 'flannel', bytes: 1370 }, headers: [] },
      {
        name: 'tcp-mss-ipv4',
        from: { name: 'pod', bytes: 1370 },
        headers: [
          { name: 'IPv4', bytes: 20 },
          { name: 'TCP', bytes: 20 },
        ],
      },
      {
        name: 'tcp-mss-ipv6',
        from: { name: 'pod', bytes: 1370 },
        headers: [
          { name: 'IPv6', bytes: 40 },
          { name: 'TCP', bytes: 20 },
        ],
      },
    ]);
  });
});

describe("flannel's own WireGuard", () => {
  it.each([
    ['ipv4', 1440],
    ['ipv6', 1420],
  ] as const)('has one device, over %s on a path of 1500 at %i, and pods with the same', (underlay, flannel) => {
    const path = on(1500, { underlay, overlay: 'wireguard-native' });
    expect(bytesOf(mtuStack(path))).toEqual({
      path: 1500,
      flannel,
      pod: flannel,
      'tcp-mss-ipv4': flannel - 40,
      'tcp-mss-ipv6': flannel - 60,
    });
    expect(expectedDeviceMtus(path)).toEqual({ wireguard: flannel, flannel, pod: flannel });
  });
});

describe('host-gw in WireGuard', () => {
  it('has the tunnel alone, and pods as large as that', () => {
    const path = on(1500, { overlay: 'host-gw' });
    expect(Object.keys(bytesOf(mtuStack(path)))).toEqual(['path', 'wireguard', 'pod', 'tcp-mss-ipv4', 'tcp-mss-ipv6']);
    expect(expectedDeviceMtus(path)).toEqual({ wireguard: 1440, flannel: 1440, pod: 1440 });
  });
});

describe("the MTU in flannel's net-conf", () => {
  it.each([
    ['that of wg0 between IPv4 VTEPs', on(1500), 1440, 50],
    ['20 less than wg0 between IPv6 VTEPs, where flannel takes 20 too little', on(1500, { vtep: 'ipv6' }), 1420, 50],
    ['the path for native WireGuard over IPv6', on(1500, { underlay: 'ipv6', overlay: 'wireguard-native' }), 1500, 80],
    ['20 more over IPv4, where flannel takes 20 too much', on(1500, { overlay: 'wireguard-native' }), 1520, 80],
    ['that of wg0 for host-gw, where flannel takes nothing', on(1500, { overlay: 'host-gw' }), 1440, 0],
  ])('is %s', (_, path, bytes, flannelSubtractsBytes) => {
    expect(externalMtu(path)).toEqual({ bytes, flannelSubtractsBytes });
    expect(bytes - flannelSubtractsBytes).toBe(expectedDeviceMtus(path).flannel);
  });
});
