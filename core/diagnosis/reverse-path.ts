import { readingOn, seesAll } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { countersGrown, describeCounter } from './counters-grown.ts';
import { type Facts, measuredHosts, others, reaches } from './facts.ts';
import { leavesMain } from './policy-route.ts';

/** A host whose kernel drops what comes in through a device, because the way back would leave through another one. */
export interface ReversePathFilter {
  readonly host: string;
  readonly because: readonly string[];
}

/** Fewer drops are the noise of any host: packets of other programs are dropped by the same counter. */
const FEWEST_DROPS = 5;
const STRICT = 1;

/**
 * Three facts together: the counter of the filter grew while we probed, the filter is strict on a device of the overlay, and
 * packets between this host and another one are lost.
 */
export function reversePathFilter(facts: Facts): ReversePathFilter | undefined {
  const { evidence } = facts;
  for (const { host, measured } of measuredHosts(facts)) {
    if (!losesPackets(facts, host)) continue;
    const device = strictDevice(measured, [evidence.wireguardDevice, evidence.flannelDevice]);
    const [grown] = countersGrown(readingOn(evidence.readings, host), /^TcpExt\.IPReversePathFilter$/);
    if (device === undefined || grown === undefined || grown.by < FEWEST_DROPS) continue;
    return { host, because: [describeCounter(grown), `${host}: rp_filter of ${device} is ${STRICT}, strict`] };
  }
  return undefined;
}

/** A strict filter may drop what comes to this host: what would tell was not seen. */
export function mayFilter({ evidence }: Facts, measured: NodeEvidence): boolean {
  const device = strictDevice(measured, [evidence.wireguardDevice, evidence.flannelDevice]);
  return device !== undefined && !seesAll(measured, ['counters', 'rules']);
}

/** A rule on a mark routes what this host sends itself; the filter looks up the answer's way without the mark. */
export function routesByMark({ rules = [] }: NodeEvidence): boolean {
  return rules.some((rule) => /\bfwmark\b/.test(rule[1]) && leavesMain(rule));
}

function losesPackets(facts: Facts, host: string): boolean {
  const { name } = facts;
  const ends = host === name ? others(facts) : [name];
  return ends.some((other) => reaches(facts, host, other) === 'lost' || reaches(facts, other, host) === 'lost');
}

/** The kernel takes the larger value of the device's own and that of `all` (ip-sysctl, rp_filter): 2 is loose, and wins over 1. */
function strictDevice({ sysctls }: NodeEvidence, devices: readonly (string | null)[]): string | undefined {
  const all = sysctls['net.ipv4.conf.all.rp_filter'] ?? 0;
  return devices
    .filter((device) => device !== null)
    .find((device) => Math.max(all, sysctls[`net.ipv4.conf.${device}.rp_filter`] ?? 0) === STRICT);
}
