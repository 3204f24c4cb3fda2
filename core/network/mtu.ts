/** The IP version of an outer packet: WireGuard's (between endpoints) or VXLAN's (between VTEPs). */
export type IpFamily = 'ipv4' | 'ipv6';

/** One part of what a packet carries besides its payload, with its size. */
export interface Header {
  readonly name: string;
  readonly bytes: number;
}

/** The smallest MTU that IPv6 allows (RFC 8200 §5). Linux turns IPv6 off on a device with a smaller one. */
export const IPV6_MIN_MTU_BYTES = 1280;

export const UDP_HEADER: Header = { name: 'UDP', bytes: 8 };
/** Type 4, receiver 4, counter 8, authentication tag 16 (WireGuard whitepaper §5.4.6). */
const WIREGUARD_HEADER: Header = { name: 'WireGuard', bytes: 32 };
const PADDING_MULTIPLE_BYTES = 16;

export function ipHeader(family: IpFamily): Header {
  return family === 'ipv4' ? { name: 'IPv4', bytes: 20 } : { name: 'IPv6', bytes: 40 };
}

export function wireGuardHeaders(underlay: IpFamily): readonly Header[] {
  return [ipHeader(underlay), UDP_HEADER, WIREGUARD_HEADER];
}

/** What WireGuard adds to a packet besides padding: 60 bytes over IPv4, 80 over IPv6. */
export function wireGuardOverhead(underlay: IpFamily): number {
  return bytesOf(wireGuardHeaders(underlay));
}

export function bytesOf(headers: readonly Header[]): number {
  return headers.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * The size of the outer IP packet that carries an inner one. WireGuard pads to a multiple of 16, but never beyond the MTU of its
 * device (wireguard-go `calculatePaddingSize`). The kernel's `wg_xmit` uses the MTU of the packet's route if one is set, else the
 * device's. Using the device's is exact for wireguard-go and never too small for the kernel. An inner packet above the MTU, which
 * the device refuses, is padded by the remainder modulo the MTU, as both implementations do.
 */
export function wireGuardPacketBytes(innerBytes: number, underlay: IpFamily, deviceMtuBytes: number): number {
  const lastUnit = innerBytes > deviceMtuBytes ? innerBytes % deviceMtuBytes : innerBytes;
  const paddedUnit = Math.min(padded(lastUnit), deviceMtuBytes);
  return wireGuardOverhead(underlay) + innerBytes - lastUnit + paddedUnit;
}

/** The device MTU whose full packets fill the path exactly. It need not be a multiple of 16: the device MTU caps the padding. */
export function exactDeviceMtu(pathMtuBytes: number, underlay: IpFamily): number {
  return pathMtuBytes - wireGuardOverhead(underlay);
}

/**
 * The largest packet that still fits the path on a WireGuard device whose MTU is above `exactDeviceMtu`. A route MTU, a VXLAN
 * device or an MSS on top of such a device must stay within it, because padding goes up to the next multiple of 16.
 */
export function largestSafeInner(pathMtuBytes: number, underlay: IpFamily): number {
  return paddedDown(exactDeviceMtu(pathMtuBytes, underlay));
}

/** The given size, rounded down to a multiple of 16: the largest packet that padding does not make larger. */
export function paddedDown(innerBytes: number): number {
  return innerBytes - (innerBytes % PADDING_MULTIPLE_BYTES);
}

/** The range in which the MTU of a path lies. `highestBytes` is null when there is no known upper bound. */
export interface PathRange {
  readonly lowestBytes: number;
  readonly highestBytes: number | null;
}

/**
 * The path MTU that follows from the largest inner packet that passed with "don't fragment", given that the next multiple of 16
 * did not pass. Padding hides up to 15 bytes. With the MTU of the probing device the range is as narrow as possible, and has no
 * upper bound when the largest packet that the device takes has passed. Without it the device is assumed to be too large for
 * the path.
 */
export function pathRange(probedInnerBytes: number, underlay: IpFamily, deviceMtuBytes?: number): PathRange {
  const overhead = wireGuardOverhead(underlay);
  const top = padded(probedInnerBytes) + PADDING_MULTIPLE_BYTES - 1;
  if (deviceMtuBytes === undefined) return { lowestBytes: probedInnerBytes + overhead, highestBytes: top + overhead };
  return {
    lowestBytes: wireGuardPacketBytes(probedInnerBytes, underlay, deviceMtuBytes),
    highestBytes: padded(probedInnerBytes) >= deviceMtuBytes ? null : Math.min(top, deviceMtuBytes - 1) + overhead,
  };
}

function padded(bytes: number): number {
  return Math.ceil(bytes / PADDING_MULTIPLE_BYTES) * PADDING_MULTIPLE_BYTES;
}
