import { describe, expect, it } from 'vitest';
import { posixChecksum } from '../../../core/evidence/posix-checksum.ts';
import { formatDigests, tableDigests, withAgreed } from '../../../core/evidence/table-digests.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { documents } from '../../../runbooks/documents/documents.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';

/** Hub, cloud host and so many more. */
const tablesOf = (nodes: number) => {
  const fleet = healthyFleet(Array.from({ length: nodes - 2 }, () => 'paris'));
  const tables = expectedNetwork(fleet.nodes, 'gpu-1').expectedTables('flannel.1');
  if (tables === undefined) throw new Error('no tables');
  return tables;
};
const nothing = { neighbours: [], fdb: [], routes: [] };

describe('the checksum of POSIX cksum', () => {
  // From `printf %s TEXT | cksum` of coreutils and BusyBox.
  it.each([
    ['nothing', '', 4_294_967_295],
    ['nine digits', '123456789', 930_766_865],
    ['a row', '10.42.2.0 02:00:00:00:00:02\n', 2_048_477_579],
    ['70,000 letters', 'a'.repeat(70_000), 3_508_083_167],
  ])('of %s is what the program says', (_, text, checksum) => {
    expect(posixChecksum(text)).toBe(checksum);
  });
});

describe('what a host compares its tables with', () => {
  it('is nothing where it can print them all', () => {
    expect(tableDigests(tablesOf(800))).toBeUndefined();
    expect(tableDigests(tablesOf(801))).toBeDefined();
  });

  it('is nothing where there are more buckets than a command has room for', () => {
    const { neighbours, fdb, routes } = tablesOf(801);
    const many = (count: number) => ({
      neighbours,
      fdb,
      routes: Array.from({ length: count }, () => routes[0] ?? never()),
    });
    expect(tableDigests(many(14_000))).toBeDefined();
    expect(tableDigests(many(14_500))).toBeUndefined();
  });

  it.each([801, 1_000, 5_000])('is a parameter that the document takes, with %i nodes', (nodes) => {
    const digests = tableDigests(tablesOf(nodes));
    const text = digests === undefined ? '' : formatDigests(digests);
    expect(text).toMatch(new RegExp(documents.diagnose.parameters['digests']?.allowedPattern ?? '^$'));
    expect(text.length).toBeLessThan(12_000);
    expect(text.split('/').map((table) => table.split(',').length)).toEqual(Array(3).fill(digests?.fdb.length));
  });

  it('has each row in one bucket, and few in each', () => {
    const tables = tablesOf(5_000);
    const digests = tableDigests(tables);
    for (const name of ['neighbours', 'fdb', 'routes'] as const) {
      const rows = digests?.[name].map((bucket) => bucket.rows) ?? [];
      expect(rows.flat()).toHaveLength(5_000);
      expect(Math.max(...rows.map(({ length }) => length))).toBeLessThanOrEqual(32);
    }
  });

  it('gives the rows of those buckets that the host agrees to, and only those', () => {
    const digests = tableDigests(tablesOf(900)) ?? never();
    const none = '0'.repeat(digests.fdb.length);
    const agrees = { neighbours: none, fdb: `001${none.slice(3)}`, routes: none };
    const stray: [string, string] = ['02:00:00:00:88:88', '192.0.2.9'];
    expect(withAgreed({ ...nothing, fdb: [stray] }, agrees, digests)).toEqual({
      ...nothing,
      fdb: [...(digests.fdb[2]?.rows ?? []), stray],
    });
  });

  it.each([1, -1])('is not what a host has compared that speaks of other buckets', (more) => {
    const digests = tableDigests(tablesOf(900)) ?? never();
    const all = '1'.repeat(digests.fdb.length);
    const other = '1'.repeat(digests.fdb.length + more);
    expect(withAgreed(nothing, { neighbours: all, fdb: other, routes: all }, digests)).toBeUndefined();
  });

  it('is nothing of an overlay whose hosts print their entries', () => {
    const { nodes } = healthyFleet(['paris']);
    const asHostGw = nodes.map(({ metadata, ...node }) => ({
      ...node,
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, 'flannel.alpha.coreos.com/backend-type': 'host-gw' },
      },
    }));
    expect(expectedNetwork(asHostGw, 'gpu-1').expectedTables('flannel.1')).toBeUndefined();
    expect(expectedNetwork(nodes, 'gpu-1').expectedTables(null)).toBeUndefined();
  });
});

function never(): never {
  throw new Error('this is there');
}
