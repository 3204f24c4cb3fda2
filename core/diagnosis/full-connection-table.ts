import { type HostReading, measuredBy } from '../evidence/evidence.ts';
import { countersGrown, describeCounter } from './counters-grown.ts';
import type { Facts } from './facts.ts';
import type { LossyPair } from './lossy-pairs.ts';

/** A host whose kernel drops new connections, because its table of connections is at its limit. */
export interface FullConnectionTable {
  readonly host: string;
  readonly because: readonly string[];
}

/** So much of the limit counts as full: the kernel evicts entries while it is there. */
const FULL_SHARE = 0.98;

/** A full table, or packets dropped for want of an entry, on a host that all lossy pairs have in common. */
export function fullConnectionTable({ evidence }: Facts, pairs: readonly LossyPair[]): FullConnectionTable | undefined {
  if (pairs.length === 0) return undefined;
  for (const reading of evidence.readings) {
    const { host } = reading;
    if (!pairs.every(({ one, other }) => one === host || other === host)) continue;
    const because = [...entriesAtLimit(reading), ...countersGrown(reading, /^conntrack\.drop$/).map(describeCounter)];
    if (because.length > 0) return { host, because };
  }
  return undefined;
}

function entriesAtLimit(reading: HostReading): readonly string[] {
  const measured = measuredBy(reading);
  const limit = measured?.sysctls['net.netfilter.nf_conntrack_max'] ?? 0;
  const counts = [measured, ...reading.runs].flatMap((each) => each?.counters?.['conntrack.count'] ?? []);
  const most = Math.max(0, ...counts);
  return limit > 0 && most >= limit * FULL_SHARE
    ? [`${reading.host}: its table of connections holds ${most} of ${limit} entries`]
    : [];
}
