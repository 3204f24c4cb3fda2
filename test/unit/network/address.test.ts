import { describe, expect, it } from 'vitest';
import { normalizeMac, parseIp, sameIp } from '../../../core/network/address.ts';
import { addressAt, contains, parseCidr, sameCidr } from '../../../core/network/cidr.ts';

describe('addresses', () => {
  it.each([
    ['10.42.0.0', '10.42.0.0'],
    ['fd00::1', 'FD00:0:0:0:0:0:0:1'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '0:0:0:0:0:0:0:0'],
  ])('%s and %s are the same', (left, right) => {
    expect(sameIp(left, right)).toBe(true);
  });

  it.each([
    ['10.42.0.0', '10.42.0.1'],
    ['10.42.0.0', '::ffff:10.42.0.0'],
    ['', ''],
    ['gpu-1', 'gpu-1'],
  ])('%s and %s are not', (left, right) => {
    expect(sameIp(left, right)).toBe(false);
  });

  it.each(['256.0.0.1', '10.42.0', '10.42.0.0.0', '1::2::3', ':1', '12345::', 'fd00', '1:2:3:4:5:6:7', '::1.2.3'])(
    '%s is no address',
    (text) => {
      expect(parseIp(text)).toBeUndefined();
    },
  );

  it('reads a MAC in any case and with either separator', () => {
    expect(normalizeMac('0A-58-0a-2A-0B-00')).toBe('0a:58:0a:2a:0b:00');
    expect(normalizeMac('0a:58:0a:2a:0b')).toBeUndefined();
  });
});

describe('networks', () => {
  it('compares by network, not by spelling', () => {
    expect(sameCidr('10.42.11.0/24', '10.42.11.7/24')).toBe(true);
    expect(sameCidr('10.42.11.0/24', '10.42.11.0/25')).toBe(false);
    expect(sameCidr('10.42.11.1', '10.42.11.1/32')).toBe(true);
    expect(sameCidr('default', 'default')).toBe(false);
  });

  it.each(['10.42.0.0/33', 'fd00::/129', '10.42.0.0/', '10.42.0.0/24/1', '/24'])('%s is no network', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('knows the addresses at the beginning of a pod CIDR', () => {
    const cidr = parseCidr('10.42.11.0/24');
    expect(cidr && [addressAt(cidr, 0n), addressAt(cidr, 1n), addressAt(cidr, 256n)]).toEqual([
      '10.42.11.0',
      '10.42.11.1',
      undefined,
    ]);
    const six = parseCidr('fd00:10:42:b::/64');
    expect(six && addressAt(six, 1n)).toBe('fd00:10:42:b:0:0:0:1');
  });

  it('holds its first and last address and not the one after', () => {
    const cidr = parseCidr('10.200.0.8/30');
    const inside = (text: string) => {
      const address = parseIp(text);
      return cidr !== undefined && address !== undefined && contains(cidr, address);
    };
    expect(['10.200.0.7', '10.200.0.8', '10.200.0.11', '10.200.0.12'].map(inside)).toEqual([false, true, true, false]);
  });
});
