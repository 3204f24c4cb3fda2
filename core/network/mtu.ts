/** The IP version of outer packets: of WireGuard's endpoints (the underlay) or of VXLAN's (the VTEPs). */
export type IpFamily = 'ipv4' | 'ipv6';

/** Something that stands before, around or behind the payload of a packet, with its size. */
export interface Header {
  readonly name: string;
  readonly bytes: number;
}

/** The smallest MTU that IPv6 allows (RFC 8200 §5). Linux takes IPv6 away from a device below it. */
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
 * The outer IP packet that carries an inner one. WireGuard pads to a multiple of 16, never beyond the MTU of its device
 * (wireguard-go `calculatePaddingSize`). The kernel's `wg_xmit` takes the MTU of the packet's route instead where it has one,
 * which is the device's unless somebody set another: counting with the device's is right for the one and safe for the other.
 * An inner packet above the MTU, which the device refuses, is padded by what the MTU leaves over, as both do.
 */
export function wireGuardPacketBytes(innerBytes: number, underlay: IpFamily, deviceMtuBytes: number): number {
  const lastUnit = innerBytes > deviceMtuBytes ? innerBytes % deviceMtuBytes : innerBytes;
  const paddedUnit = Math.min(padded(lastUnit), deviceMtuBytes);
  return wireGuardOverhead(underlay) + innerBytes - lastUnit + paddedUnit;
}

/** The device MTU whose full packets fill the path exactly. Right with any remainder modulo 16: the device caps the padding. */
export function exactDeviceMtu(pathMtuBytes: number, underlay: IpFamily): number {
  return pathMtuBytes - wireGuardOverhead(underlay);
}

/**
 * The largest packet on a WireGuard device with an MTU above `exactDeviceMtu` that still fits the path. A route MTU, a VXLAN
 * device or an MSS above such a device has to stay within it, because padding goes up to the next multiple of 16.
 */
export function largestSafeInner(pathMtuBytes: number, underlay: IpFamily): number {
  return paddedDown(exactDeviceMtu(pathMtuBytes, underlay));
}

/** The largest packet of at most this size that padding does not make larger. */
export function paddedDown(innerBytes: number): number {
  return innerBytes - (innerBytes % PADDING_MULTIPLE_BYTES);
}

/** Where the MTU of a path lies. `highestBytes` is null when nothing bounds it from above. */
export interface PathRange {
  readonly lowestBytes: number;
  readonly highestBytes: number | null;
}

/**
 * What the largest inner packet that passed with "don't fragment" tells of the path, given that the next multiple of 16 did
 * not pass. Padding hides up to 15 bytes. With the MTU of the probing device the range is as narrow as it can be, and has no
 * upper end when all that the device takes has passed; without it the device is taken to be too large for the path.
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
