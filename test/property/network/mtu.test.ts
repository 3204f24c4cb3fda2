import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exactDeviceMtu,
  type IpFamily,
  largestSafeInner,
  pathRange,
  wireGuardOverhead,
  wireGuardPacketBytes,
} from '../../../core/network/mtu.ts';
import { judgeDevices } from '../../../core/overlay/judge-mtu.ts';
import {
  expectedDeviceMtus,
  mtuStack,
  type StackedPath,
  tunnelToFlannelBytes,
} from '../../../core/overlay/mtu-stack.ts';
import { runs } from '../runs.ts';

const family = fc.constantFrom<IpFamily>('ipv4', 'ipv6');
const pathMtu = fc.oneof(fc.integer({ min: 576, max: 65_535 }), fc.integer({ min: 1280, max: 1500 }));
const stackedPath: fc.Arbitrary<StackedPath> = fc.record({
  pathMtuBytes: pathMtu,
  underlay: family,
  overlay: fc.constantFrom('vxlan' as const, 'wireguard-native' as const),
  vtep: family,
});

/** A number from 0 to `most`, often near it, where the rules change. */
const upTo = (most: number) =>
  fc.oneof(fc.integer({ min: 0, max: most }), fc.integer({ min: Math.max(0, most - 40), max: most }));

describe('a device with the exact MTU', () => {
  it('never sends more than the path carries, and fills it with a full packet', () => {
    const packet = fc.record({ path: pathMtu, underlay: family }).chain(({ path, underlay }) =>
      fc.record({
        path: fc.constant(path),
        underlay: fc.constant(underlay),
        inner: upTo(exactDeviceMtu(path, underlay)),
      }),
    );
    fc.assert(
      fc.property(packet, ({ path, underlay, inner }) => {
        const device = exactDeviceMtu(path, underlay);
        expect(wireGuardPacketBytes(inner, underlay, device)).toBeLessThanOrEqual(path);
        expect(wireGuardPacketBytes(device, underlay, device)).toBe(path);
      }),
    );
  });
});

describe('the size on the wire', () => {
  it('grows with the inner size, in steps of at most 16, and holds all of it', () => {
    const device = fc.integer({ min: 68, max: 65_535 });
    const packet = device.chain((mtu) => fc.record({ mtu: fc.constant(mtu), inner: upTo(mtu - 1) }));
    fc.assert(
      fc.property(packet, family, ({ mtu, inner }, underlay) => {
        const outer = wireGuardPacketBytes(inner, underlay, mtu);
        const next = wireGuardPacketBytes(inner + 1, underlay, mtu);
        expect(next - outer).toBeGreaterThanOrEqual(0);
        expect(next - outer).toBeLessThanOrEqual(16);
        expect(outer - inner - wireGuardOverhead(underlay)).toBeGreaterThanOrEqual(0);
        expect(outer - inner - wireGuardOverhead(underlay)).toBeLessThan(16);
      }),
    );
  });
});

describe('a device that is too large for the path', () => {
  it('is safe up to the largest safe inner packet and not one byte further', () => {
    fc.assert(
      fc.property(pathMtu, family, fc.integer({ min: 1, max: 10_000 }), (path, underlay, excess) => {
        const device = exactDeviceMtu(path, underlay) + excess;
        const safe = largestSafeInner(path, underlay);
        expect(wireGuardPacketBytes(safe, underlay, device)).toBeLessThanOrEqual(path);
        expect(wireGuardPacketBytes(safe + 1, underlay, device)).toBeGreaterThan(path);
      }),
    );
  });
});

describe('a probe', () => {
  /** The largest inner packet that passes, found the hard way. */
  const probe = (path: number, underlay: IpFamily, device: number) => {
    let inner = device;
    while (wireGuardPacketBytes(inner, underlay, device) > path) inner -= 1;
    return inner;
  };

  it('has the true path in its range', () => {
    fc.assert(
      fc.property(pathMtu, family, fc.integer({ min: -500, max: 500 }), (path, underlay, excess) => {
        const device = Math.max(68, exactDeviceMtu(path, underlay) + excess);
        const found = probe(path, underlay, device);
        const known = pathRange(found, underlay, device);
        expect(known.lowestBytes).toBeLessThanOrEqual(path);
        expect(known.highestBytes ?? path).toBeGreaterThanOrEqual(path);
        expect(known.highestBytes === null).toBe(found === device);
        if (found === device) return;
        const unknown = pathRange(found, underlay);
        expect(unknown.lowestBytes).toBe(known.lowestBytes);
        expect(unknown.highestBytes).toBe(found + wireGuardOverhead(underlay) + 15);
        expect(unknown.highestBytes).toBeGreaterThanOrEqual(known.highestBytes ?? 0);
      }),
    );
  });
});

describe('the stack of a path', () => {
  it('adds up, layer by layer, to the path', () => {
    fc.assert(
      fc.property(stackedPath, (path) => {
        const stack = mtuStack(path);
        for (const { bytes, from, headers, overheadBytes } of stack) {
          expect(headers.reduce((sum, header) => sum + header.bytes, 0)).toBe(overheadBytes);
          expect(bytes + overheadBytes).toBe(from?.bytes ?? path.pathMtuBytes);
          if (from !== null) expect(stack.find(({ name }) => name === from.name)?.bytes).toBe(from.bytes);
        }
        const expected = expectedDeviceMtus(path);
        for (const { name, bytes } of stack)
          if (name === 'wireguard' || name === 'flannel' || name === 'pod') expect(expected[name]).toBe(bytes);
      }),
    );
  });
});

describe('a judgement', () => {
  const near = (exact: number) =>
    fc.oneof(fc.integer({ min: 68, max: 65_535 }), fc.integer({ min: Math.max(68, exact - 40), max: exact + 40 }));
  const judged = stackedPath.chain((path) => {
    const { wireguard, flannel, pod } = expectedDeviceMtus(path);
    return fc.record({ path: fc.constant(path), wireguard: near(wireguard), flannel: near(flannel), pod: near(pod) });
  });

  it('calls a device too large for the path exactly when a packet that no device refuses is', () => {
    fc.assert(
      fc.property(judged, ({ path, ...actual }) => {
        const native = path.overlay === 'wireguard-native';
        const tunnel = native ? actual.flannel : actual.wireguard;
        for (const { device, exceeds, verdict } of judgeDevices(path, actual)) {
          // The largest packet of the device that all devices below it take, as the tunnel sees it.
          const added = tunnelToFlannelBytes(path);
          const fromPod = Math.min(actual.pod, actual.flannel) + added;
          const own = native ? actual.flannel : device === 'wireguard' ? tunnel : actual.flannel + added;
          const inner = Math.min(device === 'pod' ? fromPod : own, tunnel);
          const tooLarge = wireGuardPacketBytes(inner, path.underlay, tunnel) > path.pathMtuBytes;
          expect(exceeds === 'path').toBe(tooLarge);
          expect(exceeds !== null).toBe(verdict === 'too-large');
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it('fits a device at its limit unless the tunnel is smaller than it could be', () => {
    fc.assert(
      fc.property(judged, ({ path, ...actual }) => {
        for (const { actualBytes, limitBytes, verdict, offByBytes } of judgeDevices(path, actual)) {
          expect(verdict === 'too-large').toBe(actualBytes > limitBytes);
          expect(offByBytes === 0).toBe(verdict === 'fits');
          if (verdict === 'fits') expect(actualBytes).toBe(limitBytes);
        }
      }),
    );
  });
});
