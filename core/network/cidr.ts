import { remember } from '../remember.ts';
import { type IpAddress, parseIp } from './address.ts';

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
  const bits = bitsOf(address.version);
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) return undefined;
  const hostBits = BigInt(bits - prefix);
  return { network: { version: address.version, value: (address.value >> hostBits) << hostBits }, prefix };
}

/** One text for every spelling of a network; undefined when it is none. */
export const cidrKey: (text: string) => string | undefined = remember((text) => {
  const cidr = parseCidr(text);
  return cidr && keyOf(cidr);
});

/** The key of the network of this prefix length in which the address lies. */
export function cidrKeyAround({ version, value }: IpAddress, prefix: number): string {
  const hostBits = BigInt(bitsOf(version) - prefix);
  return keyOf({ network: { version, value: (value >> hostBits) << hostBits }, prefix });
}

function keyOf({ network: { version, value }, prefix }: Cidr): string {
  return `${version}/${value}/${prefix}`;
}

/** True when both are the same network, in any spelling. */
export function sameCidr(left: string, right: string): boolean {
  const key = cidrKey(left);
  return key !== undefined && key === cidrKey(right);
}

/** The last address of the network. */
export function lastValue({ network: { version, value }, prefix }: Cidr): bigint {
  return value + (1n << BigInt(bitsOf(version) - prefix)) - 1n;
}

function bitsOf(version: IpAddress['version']): number {
  return version === 4 ? 32 : 128;
}

/** True when the network contains the address. */
export function contains(cidr: Cidr, address: IpAddress): boolean {
  if (cidr.network.version !== address.version) return false;
  const hostBits = BigInt(bitsOf(address.version) - cidr.prefix);
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
  const bits = bitsOf(network.version);
  if (offset >= 1n << BigInt(bits - prefix)) return undefined;
  const value = network.value + offset;
  if (network.version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  return Array.from({ length: 8 }, (_, group) => ((value >> BigInt(112 - 16 * group)) & 0xffffn).toString(16)).join(
    ':',
  );
}
