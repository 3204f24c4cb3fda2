import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameIp } from '../../../core/network/address.ts';
import { shortestSpelling } from '../../../core/watchdog/shortest-spelling.ts';

describe('the shortest spelling of an address', () => {
  it.each([
    ['10.42.0.0/24', '10.42.0.0/24'],
    ['FD00:200:0:0::2', 'fd00:200::2'],
    ['fd00:0042:0:0::/64', 'fd00:42::/64'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['no address', 'no address'],
  ])('%s is %s', (text, spelled) => {
    expect(shortestSpelling(text)).toBe(spelled);
  });

  it('means the same address', () => {
    fc.assert(fc.property(fc.ipV6(), (text) => sameIp(shortestSpelling(text), text)));
  });
});
