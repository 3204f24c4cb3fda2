import { describe, expect, it } from 'vitest';
import { exactDeviceMtu, largestSafeInner, pathRange, wireGuardPacketBytes } from '../../../core/network/mtu.ts';

describe('a packet in WireGuard', () => {
  // Sizes of IP packets seen on the wire, device at 1420.
  it.each([
    [0, 'ipv4', 60],
    [134, 'ipv4', 204],
    [1028, 'ipv4', 1100],
    [1344, 'ipv4', 1404],
    [1345, 'ipv4', 1420],
    [1360, 'ipv4', 1420],
    [1361, 'ipv4', 1436],
    [1408, 'ipv4', 1468],
    [1409, 'ipv4', 1480],
    [1420, 'ipv4', 1480],
    [1328, 'ipv6', 1408],
    [1408, 'ipv6', 1488],
    [1409, 'ipv6', 1500],
    [1420, 'ipv6', 1500],
  ] as const)('of %i bytes over %s is %i bytes outside', (inner, underlay, outer) => {
    expect(wireGuardPacketBytes(inner, underlay, 1420)).toBe(outer);
  });

  it.each([
    [1420, 1480],
    [1421, 1481 + 15],
    [2840, 2900],
  ])('of %i bytes, more than the device takes, is padded by its last unit: %i', (inner, outer) => {
    expect(wireGuardPacketBytes(inner, 'ipv4', 1420)).toBe(outer);
  });
});

describe('on a path of 1400', () => {
  const wire = (inner: number, deviceMtu: number) => wireGuardPacketBytes(inner, 'ipv4', deviceMtu);

  it('a device at 1340 fits exactly, with any remainder modulo 16', () => {
    expect(exactDeviceMtu(1400, 'ipv4')).toBe(1340);
    expect(wire(1340, 1340)).toBe(1400);
    expect(wire(1329, 1340)).toBe(1400);
  });

  it.each([
    ['a route MTU', 1340, 0],
    ['flannel.1', 1290, 50],
    ['an MSS', 1250, 90],
  ])('%s of %i above a device that stays at 1420 fails by 4 bytes', (_, limit, headers) => {
    expect(wire(limit + headers, 1420)).toBe(1404);
  });

  it.each([
    ['a route MTU', 1328, 0],
    ['flannel.1', 1278, 50],
    ['an MSS', 1238, 90],
  ])('%s of %i above the same device works, and one byte more does not', (_, limit, headers) => {
    expect(limit + headers).toBe(largestSafeInner(1400, 'ipv4'));
    expect(wire(limit + headers, 1420)).toBe(1388);
    expect(wire(limit + headers + 1, 1420)).toBe(1404);
  });
});

describe('a "don\'t fragment" probe inside a tunnel at 1420', () => {
  it.each([
    [1460, 1392],
    [1450, 1376],
    [1440, 1376],
    [1400, 1328],
    [1280, 1216],
  ])('finds on a path of %i the size %i, which tells the path within 15 bytes', (path, found) => {
    const passes = (inner: number) => wireGuardPacketBytes(inner, 'ipv4', 1420) <= path;
    const largest = Math.max(...Array.from({ length: 1421 }, (_, inner) => inner).filter(passes));
    expect(largest).toBe(found);
    expect(largestSafeInner(path, 'ipv4')).toBe(found);
    expect(pathRange(found, 'ipv4')).toEqual({ lowestBytes: found + 60, highestBytes: found + 75 });
    expect(path).toBeGreaterThanOrEqual(found + 60);
    expect(path).toBeLessThanOrEqual(found + 75);
  });

  it('counts 80 bytes on an IPv6 underlay', () => {
    expect(pathRange(1328, 'ipv6')).toEqual({ lowestBytes: 1408, highestBytes: 1423 });
  });

  it('has a narrower range where the next size is the device itself', () => {
    expect(pathRange(1408, 'ipv4', 1420)).toEqual({ lowestBytes: 1468, highestBytes: 1479 });
    expect(pathRange(1392, 'ipv4', 1420)).toEqual({ lowestBytes: 1452, highestBytes: 1467 });
  });

  it('has no upper end when all that the device takes has passed', () => {
    expect(pathRange(1420, 'ipv4', 1420)).toEqual({ lowestBytes: 1480, highestBytes: null });
  });

  it('counts the padding of a size that is no multiple of 16 when the device is known', () => {
    expect(pathRange(1330, 'ipv4', 1420)).toEqual({ lowestBytes: 1404, highestBytes: 1419 });
    expect(pathRange(1330, 'ipv4')).toEqual({ lowestBytes: 1390, highestBytes: 1419 });
    expect(pathRange(1409, 'ipv4', 1420)).toEqual({ lowestBytes: 1480, highestBytes: null });
  });
});
