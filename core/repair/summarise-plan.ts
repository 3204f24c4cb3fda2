import { assertNever } from '../assert-never.ts';
import { formatOperation, type Operation } from '../grammar/operation.ts';
import type { Plan } from './plan.ts';

/** This is read on a phone. */
const MOST_LINES = 10;

/**
 * A plan in short: first what it says in words, then for each host how many changes of each kind it makes. `lines`: the whole plan, as
 * its rung writes it.
 */
export function summarisePlan(plan: Plan | null, lines: readonly string[]): readonly string[] {
  const hosts = plan?.hosts ?? [];
  const operations = new Set(
    hosts.flatMap(({ host, operations: own }) => own.map((operation) => `${host}: ${formatOperation(operation)}`)),
  );
  const words = lines.filter((line) => !operations.has(line));
  const counts = hosts.flatMap(({ host, operations: own }) =>
    own.length === 0 ? [] : [`${host}: ${countByKind(own)}`],
  );
  return shortened([...words, ...counts]);
}

function shortened(all: readonly string[]): readonly string[] {
  const hidden = all.length - MOST_LINES;
  return hidden > 0 ? [...all.slice(0, MOST_LINES), `and ${hidden} more in the whole plan`] : all;
}

/** `14 neighbours, 14 forwarding entries, 1 route removed`. */
function countByKind(operations: readonly Operation[]): string {
  const kinds = Map.groupBy(operations, (operation) => kindOf(operation).join('|'));
  return [...kinds.values()]
    .flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const [one, many, how] = kindOf(first);
      return [`${same.length} ${same.length === 1 ? one : many}${how}`];
    })
    .join(', ');
}

/** One and many of a kind, and how it changes where that is not put or put right. */
function kindOf(operation: Operation): readonly [one: string, many: string, how: string] {
  switch (operation.op) {
    case 'neigh replace':
      return ['neighbour', 'neighbours', ''];
    case 'fdb replace':
      return ['forwarding entry', 'forwarding entries', ''];
    case 'route replace':
    case 'route set':
      return ['route', 'routes', ''];
    case 'route del':
      return ['route', 'routes', ' removed'];
    case 'route flush cache':
      return ['learned path MTU', 'learned path MTUs', ' forgotten'];
    case 'conntrack del':
      return ['stale flow', 'stale flows', ' forgotten'];
    case 'vxlan create':
      return ['device', 'devices', ' made anew'];
    case 'link up':
      return ['device', 'devices', ' up'];
    case 'link mtu':
      return ['device MTU', 'device MTUs', ''];
    case 'offload':
      return ['checksum offload', 'checksum offloads', ' off'];
    case 'addr replace':
      return ['address', 'addresses', ''];
    case 'addr del':
      return ['address', 'addresses', ' removed'];
    case 'sysctl':
      return ['sysctl', 'sysctls', ''];
    case 'wg listen-port':
      return ['WireGuard port', 'WireGuard ports', ''];
    case 'wg keepalive':
      return ['WireGuard keepalive', 'WireGuard keepalives', ''];
    case 'wg endpoint':
      return ['WireGuard endpoint', 'WireGuard endpoints', ''];
    case 'wg allowed-ips':
      return ['list of allowed addresses', 'lists of allowed addresses', ''];
    case 'wg add':
      return ['WireGuard peer', 'WireGuard peers', ''];
    case 'wg del':
      return ['WireGuard peer', 'WireGuard peers', ' removed'];
    default:
      return assertNever(operation);
  }
}
