import { parseIp } from '../network/address.ts';
import { rememberObject } from '../remember.ts';
import type { NodeEvidence } from './node-evidence.ts';
import { posixChecksum } from './posix-checksum.ts';
import type { Agreements } from './printed-evidence.ts';

/** The rows that every member of an overlay has in the tables of the others, spelled as `diagnose` prints them. */
export type ExpectedTables = Pick<NodeEvidence, 'neighbours' | 'fdb' | 'routes'>;

/**
 * Expected rows in buckets, with a checksum of each. A host is told the checksums, compares its own rows with them, and prints
 * those buckets that differ: so the drift of any one of thousands of peers fits into the output of one command. A host has no row of
 * itself, so its own buckets always differ.
 */
export type TableDigests = { readonly [Name in keyof ExpectedTables]: readonly Bucket<ExpectedTables[Name][number]>[] };

interface Bucket<Row> {
  readonly checksum: number;
  readonly rows: readonly Row[];
}

/** More peers than this do not fit into the output beside everything else. */
const MOST_PRINTED_PEERS = 800;
/** Three checksums for each bucket are 33 characters of the command's parameters. */
export const MOST_BUCKETS = 900;
const ROWS_IN_A_BUCKET = 16;

/** Undefined: the host can print them all, or they are too many for the parameters of a command. */
export const tableDigests = rememberObject((tables: ExpectedTables): TableDigests | undefined => {
  const peers = tables.routes.length;
  // An odd number: networks of one size then fall into all buckets.
  const buckets = 2 * Math.floor(peers / ROWS_IN_A_BUCKET / 2) + 1;
  return peers <= MOST_PRINTED_PEERS || buckets > MOST_BUCKETS ? undefined : digestsOf(tables, buckets);
});

/** Of any tables. A host makes its own so. */
export function digestsOf({ neighbours, fdb, routes }: ExpectedTables, buckets: number): TableDigests {
  return {
    neighbours: inBuckets(buckets, neighbours, ([ip, mac]) => ({ address: ip, line: `${ip} ${mac}` })),
    fdb: inBuckets(buckets, fdb, ([mac, to]) => ({ address: to, line: `${mac} ${to}` })),
    routes: inBuckets(buckets, routes, ([cidr, via]) => ({ address: via ?? '', line: `${cidr} ${via}` })),
  };
}

/** The `digests` parameter of the diagnose document: the checksums of neighbours, forwarding entries and routes. */
export function formatDigests({ neighbours, fdb, routes }: TableDigests): string {
  const checksums = (buckets: readonly { readonly checksum: number }[]) =>
    buckets.map(({ checksum }) => checksum).join(',');
  return [checksums(neighbours), checksums(fdb), checksums(routes)].join('/');
}

/** The tables whole: what a host printed, and what it agreed to. Undefined: it has compared other buckets than these. */
export function withAgreed<Tables extends ExpectedTables>(
  printed: Tables,
  agreements: Agreements,
  digests: TableDigests,
): Tables | undefined {
  const names = ['neighbours', 'fdb', 'routes'] as const;
  if (names.some((name) => agreements[name].length !== digests[name].length)) return undefined;
  return {
    ...printed,
    neighbours: [...agreed(digests.neighbours, agreements.neighbours), ...printed.neighbours],
    fdb: [...agreed(digests.fdb, agreements.fdb), ...printed.fdb],
    routes: [...agreed(digests.routes, agreements.routes), ...printed.routes],
  };
}

function agreed<Row>(buckets: readonly Bucket<Row>[], digits: string): readonly Row[] {
  return buckets.flatMap(({ rows }, index) => (digits[index] === '1' ? rows : []));
}

/** Rows of another family are in no bucket: a host prints them. */
function inBuckets<Row>(
  buckets: number,
  rows: readonly Row[],
  read: (row: Row) => { readonly address: string; readonly line: string },
): readonly Bucket<Row>[] {
  const known = rows.flatMap((row) => {
    const { address, line } = read(row);
    const ip = parseIp(address);
    return ip?.version === 4 ? [{ row, line, bucket: Number(ip.value % BigInt(buckets)) }] : [];
  });
  const byBucket = Map.groupBy(known, ({ bucket }) => bucket);
  return Array.from({ length: buckets }, (_, bucket) => {
    const own = byBucket.get(bucket) ?? [];
    const lines = own.map(({ line }) => `${line}\n`).toSorted();
    return { checksum: posixChecksum(lines.join('')), rows: own.map(({ row }) => row) };
  });
}
