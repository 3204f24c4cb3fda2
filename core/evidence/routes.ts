import { type IpAddress, parseIp } from '../network/address.ts';
import { type Cidr, cidrKey, cidrKeyAround, lastValue, parseCidr } from '../network/cidr.ts';
import { rememberObject } from '../remember.ts';
import type { NodeEvidence } from './node-evidence.ts';

type Rows = NodeEvidence['routes'];
type Row = Rows[number];

/** One row of the main table. `mtuBytes` 0: the device's own. */
export interface Route {
  readonly destination: string;
  /** 0 of the default route. */
  readonly prefix: number;
  readonly gateway: string | null;
  readonly device: string;
  readonly mtuBytes: number;
}

/**
 * The row that the kernel would choose for an address: the longest prefix, of equals the first. `mostBits`: rows for networks
 * narrower than that are passed over.
 */
export function lookUpRoute(rows: Rows, address: string, mostBits = 128): Route | undefined {
  const wanted = parseIp(address);
  if (wanted === undefined) return undefined;
  const { byNetwork, prefixes } = indexOf(rows);
  for (const prefix of prefixes[wanted.version]) {
    const [row] = prefix > mostBits ? [] : (byNetwork.get(cidrKeyAround(wanted, prefix)) ?? []);
    if (row !== undefined) return routeOf(row, prefix);
  }
  return undefined;
}

/** What the kernel would choose for an address of a network if it had no route for a part of it. */
export function routeNotNarrower(rows: Rows, network: string, address: string): Route | undefined {
  return lookUpRoute(rows, address, parseCidr(network)?.prefix);
}

/** The rows for exactly this network, in the table's order. A route that is written `default` is for none. */
export function routesTo(rows: Rows, network: string): readonly Row[] {
  const of = indexOf(rows).byNetwork.get(cidrKey(network) ?? '') ?? [];
  return of.filter(([destination]) => destination !== DEFAULT);
}

/** The first of them. */
export function routeTo(rows: Rows, network: string): Row | undefined {
  return routesTo(rows, network)[0];
}

/** The metric of a route to a network that was made without one, as flannel makes its own (IPv6: IP6_RT_PRIO_USER). */
export function usualMetric(network: string): number {
  return network.includes(':') ? 1024 : 0;
}

/** Rows for a part of the network: they win against the network's own route. */
export function narrowerRows(rows: Rows, network: string): readonly Row[] {
  const wide = parseCidr(network);
  if (wide === undefined) return [];
  const { ascending } = indexOf(rows);
  const entries = ascending[wide.network.version];
  const last = lastValue(wide);
  const within: Entry[] = [];
  for (let at = firstFrom(entries, wide.network.value); at < entries.length; at++) {
    const entry = entries[at];
    if (entry === undefined || entry.cidr.network.value > last) break;
    if (entry.cidr.prefix > wide.prefix) within.push(entry);
  }
  return within.toSorted((left, right) => left.position - right.position).map(({ row }) => row);
}

/** `narrowerRows` as routes. */
export function narrowerRoutes(rows: Rows, network: string): readonly Route[] {
  return narrowerRows(rows, network).map((row) => routeOf(row, parseCidr(row[0])?.prefix ?? 0));
}

/** What the device and the route towards an address let out. */
export function egressMtuBytes(sender: NodeEvidence, address: string): number | undefined {
  const route = lookUpRoute(sender.routes, address);
  const link = sender.links.find(({ name }) => name === route?.device);
  if (route === undefined || link === undefined) return undefined;
  return route.mtuBytes === 0 ? link.mtuBytes : Math.min(link.mtuBytes, route.mtuBytes);
}

function routeOf([destination, gateway, device, , mtuBytes]: Row, prefix: number): Route {
  return { destination, prefix, gateway, device, mtuBytes };
}

/** `ip` calls a route for all addresses so, of either family. */
const DEFAULT = 'default';

interface Entry {
  readonly cidr: Cidr;
  readonly row: Row;
  readonly position: number;
}

type Version = IpAddress['version'];

interface RouteIndex {
  /** The rows of each network by its key, in the table's order. */
  readonly byNetwork: ReadonlyMap<string, readonly Row[]>;
  /** Which prefix lengths occur, the longest first. */
  readonly prefixes: Readonly<Record<Version, readonly number[]>>;
  /** By lowest address. */
  readonly ascending: Readonly<Record<Version, readonly Entry[]>>;
}

/** A large fleet has a route per node, and every node is looked up in the tables of every host that was read. */
const indexOf = rememberObject((rows: Rows): RouteIndex => {
  const entries = rows.flatMap((row, position): readonly Entry[] => {
    const cidrs = row[0] === DEFAULT ? [parseCidr('0.0.0.0/0'), parseCidr('::/0')] : [parseCidr(row[0])];
    return cidrs.flatMap((cidr) => (cidr === undefined ? [] : { cidr, row, position }));
  });
  const byNetwork = new Map<string, Row[]>();
  for (const { cidr, row } of entries) {
    const key = cidrKeyAround(cidr.network, cidr.prefix);
    const known = byNetwork.get(key);
    if (known === undefined) byNetwork.set(key, [row]);
    else known.push(row);
  }
  const of = (version: Version) => entries.filter(({ cidr }) => cidr.network.version === version);
  const prefixesOf = (version: Version) =>
    [...new Set(of(version).map(({ cidr }) => cidr.prefix))].toSorted((left, right) => right - left);
  const ascendingOf = (version: Version) =>
    of(version).toSorted((left, right) => (left.cidr.network.value < right.cidr.network.value ? -1 : 1));
  return {
    byNetwork,
    prefixes: { 4: prefixesOf(4), 6: prefixesOf(6) },
    ascending: { 4: ascendingOf(4), 6: ascendingOf(6) },
  };
});

/** The first entry whose lowest address is not below the value. */
function firstFrom(entries: readonly Entry[], value: bigint): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.cidr.network.value ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
