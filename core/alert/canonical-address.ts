import { type IpAddress, parseIp } from '../network/address.ts';

/** The prefix of an IPv4-mapped IPv6 address, `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */
const MAPPED_PREFIX = 0xffffn;

/**
 * The canonical spelling of an address, so that all its spellings name one target: dotted for IPv4 (also when IPv4-mapped),
 * eight groups of lower-case hex for IPv6. Undefined when the text is not an address, or has a zone: the text after `%` is
 * only meaningful on the host it comes from.
 */
export function canonicalAddress(text: string): string | undefined {
  const address = text.includes('%') ? undefined : parseIp(text);
  return address === undefined ? undefined : spell(address);
}

function spell({ version, value }: IpAddress): string {
  if (version === 4) return digits(value, 4, 8n).join('.');
  if (value >> 32n === MAPPED_PREFIX) return spell({ version: 4, value: value & 0xffffffffn });
  return digits(value, 8, 16n)
    .map((group) => group.toString(16))
    .join(':');
}

/** The value as `count` digits of `bits` bits each, the highest first. */
function digits(value: bigint, count: number, bits: bigint): readonly bigint[] {
  return Array.from({ length: count }, (_, index) => {
    const shift = BigInt(count - 1 - index) * bits;
    return (value >> shift) & ((1n << bits) - 1n);
  });
}
