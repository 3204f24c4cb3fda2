import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../../core/alert/canonical-address.ts';
import { resolveTarget } from '../../../core/alert/resolve-target.ts';
import { sameIp } from '../../../core/network/address.ts';

const rules = { clusterLabels: ['cluster'], nodeLabels: ['node'], defaultCluster: null };

describe('the spelling of an address', () => {
  it('means the same address, and is the spelling of itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const spelling = canonicalAddress(text) ?? '';
        expect(canonicalAddress(spelling)).toBe(spelling);
        // An IPv4 address mapped into IPv6 is the one that changes its family.
        if (spelling.includes(':') === text.includes(':')) expect(sameIp(spelling, text)).toBe(true);
        else expect(sameIp(`::ffff:${spelling}`, text)).toBe(true);
      }),
    );
  });

  it('is one for every way of writing the same IPv6 address', () => {
    const groups = fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (parts) => {
        const padded = parts.map((part) => part.toString(16).padStart(4, '0').toUpperCase()).join(':');
        const plain = parts.map((part) => part.toString(16)).join(':');
        expect(canonicalAddress(padded)).toBe(canonicalAddress(plain));
      }),
    );
  });
});

describe('an instance with a port', () => {
  it('is the same target as without', () => {
    const host = fc.oneof(fc.ipV4(), fc.domain());
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (instance, port) => {
        const bare = resolveTarget({ cluster: 'c', instance }, rules);
        expect(bare.type).toBe('resolved');
        expect(resolveTarget({ cluster: 'c', instance: `${instance}:${port}` }, rules)).toEqual(bare);
      }),
    );
  });

  it('is the same target as without, for IPv6 in brackets', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 1, max: 65_535 }), (instance, port) => {
        const bare = resolveTarget({ cluster: 'c', instance }, rules);
        expect(bare.type).toBe('resolved');
        expect(resolveTarget({ cluster: 'c', instance: `[${instance}]:${port}` }, rules)).toEqual(bare);
      }),
    );
  });
});
