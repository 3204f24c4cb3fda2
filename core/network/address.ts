import { remember } from '../remember.ts';

/** An IP address as a number, so that every legal spelling of the same address compares equal. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** The address of `address/prefix`, as it is written; a text without a prefix is returned as it is. */
export function bareAddress(text: string): string {
  return text.split('/')[0] ?? text;
}

/** Parses an IPv4 or IPv6 address (RFC 4291 §2.2 forms, zone dropped). Undefined when it is neither. */
export const parseIp: (text: string) => IpAddress | undefined = remember((text) => parseIpv4(text) ?? parseIpv6(text));

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return { version: 4, value };
}

function parseIpv6(text: string): IpAddress | undefined {
  const [address = ''] = text.toLowerCase().split('%');
  if (!address.includes(':')) return undefined;
  const halves = withoutDottedTail(address)?.split('::');
  if (halves === undefined || halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return { version: 6, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) };
}

function groupsOf(half: string): readonly string[] {
  return half === '' ? [] : half.split(':');
}

/** `::ffff:192.0.2.1` → `::ffff:c000:201`; undefined when the dotted tail is not an IPv4 address. */
function withoutDottedTail(address: string): string | undefined {
  if (!address.includes('.')) return address;
  const cut = address.lastIndexOf(':') + 1;
  const tail = parseIpv4(address.slice(cut));
  if (tail === undefined) return undefined;
  return `${address.slice(0, cut)}${(tail.value >> 16n).toString(16)}:${(tail.value & 0xffffn).toString(16)}`;
}

/** One text for every spelling of an address; undefined when it is none. */
export const ipKey: (text: string) => string | undefined = remember((text) => {
  const ip = parseIp(text);
  return ip && `${ip.version}/${ip.value}`;
});

/** True when both are the same address, in any spelling. */
export function sameIp(left: string, right: string): boolean {
  const key = ipKey(left);
  return key !== undefined && (left === right || key === ipKey(right));
}

/** A MAC address in lower case with colons, two digits each. Undefined when it is not a 48-bit MAC address. */
export const normalizeMac = remember((text): string | undefined => {
  const mac = text.trim().toLowerCase().replaceAll('-', ':');
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) ? mac : undefined;
});
