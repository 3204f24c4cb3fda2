import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { lookUpRoute, narrowerRows, routesTo } from '../../../core/evidence/routes.ts';
import { parseIp } from '../../../core/network/address.ts';
import { contains, holdsNetwork, parseCidr, sameCidr } from '../../../core/network/cidr.ts';

type Row = NodeEvidence['routes'][number];

// Few addresses, so that networks are equal, within each other and beside each other.
const octet = fc.constantFrom(0, 1, 64, 127, 128, 255);
const ipv4 = fc.tuple(fc.constantFrom(10, 192), octet, octet, octet).map((parts) => parts.join('.'));
const ipv6 = fc
  .tuple(fc.constantFrom('fd00', '2001:db8'), fc.constantFrom('0', '1', 'ffff'))
  .map(([head, tail]) => `${head}::${tail}`);
const network = fc.oneof(
  fc.tuple(ipv4, fc.constantFrom(0, 8, 16, 23, 24, 25, 32)).map((parts) => parts.join('/')),
  fc.tuple(ipv6, fc.constantFrom(0, 32, 64, 128)).map((parts) => parts.join('/')),
);
const destination = fc.oneof(network, ipv4, fc.constant('default'));
const row: fc.Arbitrary<Row> = destination.map((to) => [to, null, 'wg0', false, 0]);
const rows = fc.array(row, { maxLength: 12 });

const prefixFor = (to: string) => (to === 'default' ? 0 : (parseCidr(to)?.prefix ?? -1));
const holds = (to: string, address: string) => {
  const cidr = parseCidr(to);
  const ip = parseIp(address);
  return to === 'default' || (cidr !== undefined && ip !== undefined && contains(cidr, ip));
};

describe('a host’s routes, whatever they are', () => {
  it('are looked up as by going through all of them', () => {
    fc.assert(
      fc.property(rows, fc.oneof(ipv4, ipv6), fc.constantFrom(16, 24, 128), (table, address, mostBits) => {
        const fitting = table.filter(([to]) => holds(to, address) && prefixFor(to) <= mostBits);
        const longest = Math.max(...fitting.map(([to]) => prefixFor(to)));
        const [wanted] = fitting.find(([to]) => prefixFor(to) === longest) ?? [];
        expect(lookUpRoute(table, address, mostBits)?.destination).toBe(wanted);
      }),
    );
  });

  it('are found by their network, and by a network around them', () => {
    fc.assert(
      fc.property(rows, network, (table, wide) => {
        expect(routesTo(table, wide)).toEqual(table.filter(([to]) => sameCidr(to, wide)));
        const within = table.filter(
          ([to]) => to !== 'default' && holdsNetwork(wide, to) && prefixFor(to) > prefixFor(wide),
        );
        expect(narrowerRows(table, wide)).toEqual(within);
      }),
    );
  });
});
