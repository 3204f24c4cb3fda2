import { type IpAddress, parseIp } from './address.ts';
import { remember } from './remember.ts';

/** A network: its lowest address (host bits cleared) and its prefix length. */
export interface Cidr {
  readonly network: IpAddress;
  readonly prefix: number;
}

/** Parses `address/prefix`. An address without a prefix gets the longest one. Undefined when it is neither. */
export const parseCidr: (text: string) => Cidr | undefined = remember(parse);

function parse(text: string): Cidr | undefined {
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const address = parseIp(addressText);
  if (address === undefined || rest.length > 0) return undefined;
  const bits = address.version === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) return undefined;
  const hostBits = BigInt(bits - prefix);
  return { network: { version: address.version, value: (address.value >> hostBits) << hostBits }, prefix };
}

/** True when both are the same network, in any spelling. */
export function sameCidr(left: string, right: string): boolean {
  const a = parseCidr(left);
  const b = parseCidr(right);
  return (
    a !== undefined &&
    b !== undefined &&
    a.prefix === b.prefix &&
    a.network.version === b.network.version &&
    a.network.value === b.network.value
  );
}

/** True when the network contains the address. */
export function contains(cidr: Cidr, address: IpAddress): boolean {
  if (cidr.network.version !== address.version) return false;
  const hostBits = BigInt((address.version === 4 ? 32 : 128) - cidr.prefix);
  return address.value >> hostBits === cidr.network.value >> hostBits;
}

/** True when every address of `inner` lies in `outer`; false also when either cannot be parsed. */
export function holdsNetwork(outer: string, inner: string): boolean {
  const wide = parseCidr(outer);
  const narrow = parseCidr(inner);
  return wide !== undefined && narrow !== undefined && narrow.prefix >= wide.prefix && contains(wide, narrow.network);
}

/** True when two networks have an address in common; undefined when they are of different families. */
export function overlaps(a: Cidr, b: Cidr): boolean | undefined {
  if (a.network.version !== b.network.version) return undefined;
  return contains(a, b.network) || contains(b, a.network);
}

/** `contains` for texts; false also when either cannot be parsed. */
export function holdsAddress(network: string, address: string): boolean {
  const cidr = parseCidr(network);
  const ip = parseIp(address);
  return cidr !== undefined && ip !== undefined && contains(cidr, ip);
}

/**
 * The address of a network plus `offset`: offset 0 of a pod CIDR is flannel's device, 1 is cni0. Undefined outside the
 * network. IPv6 is written with all its groups.
 */
export function addressAt({ network, prefix }: Cidr, offset: bigint): string | undefined {
  const bits = network.version === 4 ? 32 : 128;
  if (offset >= 1n << BigInt(bits - prefix)) return undefined;
  const value = network.value + offset;
  if (network.version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  return Array.from({ length: 8 }, (_, group) => ((value >> BigInt(112 - 16 * group)) & 0xffffn).toString(16)).join(
    ':',
  );
}
