import { type IpAddress, parseIp } from '../network/address.ts';

/** How `::ffff:a.b.c.d` begins: an IPv4 address in the clothes of IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED_PREFIX = 0xffffn;

/**
 * The one spelling of an address, so that all spellings mean one target: dotted for IPv4 (also when mapped into IPv6), eight
 * plain groups of lower-case hex for IPv6. Undefined when the text is no address, and when it carries a zone: what is behind
 * `%` is free text and means nothing on another host.
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

/** The value cut into `count` digits of `bits` bits, the highest first. */
function digits(value: bigint, count: number, bits: bigint): readonly bigint[] {
  return Array.from({ length: count }, (_, index) => {
    const shift = BigInt(count - 1 - index) * bits;
    return (value >> shift) & ((1n << bits) - 1n);
  });
}
