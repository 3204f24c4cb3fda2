import { ipKey, normalizeMac } from '../network/address.ts';
import { rememberObject } from '../remember.ts';
import type { NodeEvidence } from './node-evidence.ts';

/** The first row for the address in a neighbour table, in any spelling. */
export function neighbourAt(
  neighbours: NodeEvidence['neighbours'],
  address: string,
): NodeEvidence['neighbours'][number] | undefined {
  return neighboursByAddress(neighbours).get(ipKey(address) ?? '')?.[0];
}

/** True when a row for the address has a MAC. */
export function isResolved(neighbours: NodeEvidence['neighbours'], address: string): boolean {
  return (neighboursByAddress(neighbours).get(ipKey(address) ?? '') ?? []).some(([, mac]) => mac !== null);
}

/** Where a forwarding table sends frames for the MAC. */
export function destinationsOf(fdb: NodeEvidence['fdb'], mac: string): readonly string[] {
  return (entriesByMac(fdb).get(normalizeMac(mac) ?? '') ?? []).map(([, destination]) => destination);
}

/** True when any frames are sent to the address. */
export function forwardsTo(fdb: NodeEvidence['fdb'], address: string): boolean {
  return entriesByDestination(fdb).has(ipKey(address) ?? '');
}

const neighboursByAddress = rememberObject((rows: NodeEvidence['neighbours']) => groupedBy(rows, ([ip]) => ipKey(ip)));
const entriesByMac = rememberObject((rows: NodeEvidence['fdb']) => groupedBy(rows, ([mac]) => normalizeMac(mac)));
const entriesByDestination = rememberObject((rows: NodeEvidence['fdb']) => groupedBy(rows, ([, to]) => ipKey(to)));

/** Rows without a key are left out. */
function groupedBy<Row>(
  rows: readonly Row[],
  key: (row: Row) => string | undefined,
): ReadonlyMap<string, readonly Row[]> {
  const groups = Map.groupBy(rows, (row) => key(row) ?? '');
  groups.delete('');
  return groups;
}
