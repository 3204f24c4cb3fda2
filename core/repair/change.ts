import { assertNever } from '../assert-never.ts';
import type { NodeEvidence, WireGuardPeer } from '../evidence/node-evidence.ts';
import { destinationsOf, neighbourAt } from '../evidence/overlay-entries.ts';
import { routesTo, usualMetric } from '../evidence/routes.ts';
import type { Operation } from '../grammar/operation.ts';

/** The effect of an operation: `+` adds, `~` changes a value, `-` removes. */
export interface Change {
  readonly sign: '+' | '~' | '-';
  /** The present value; null: there is none. */
  readonly now: string | null;
  /** The command that undoes the change, as a person would type it. */
  readonly undo: string;
}

/** Compares an operation with the reading of the host that it is for. */
export function changeOf(operation: Operation, measured: NodeEvidence): Change {
  switch (operation.op) {
    case 'sysctl':
      return changed(String(measured.sysctls[operation.key] ?? 0), (old) => `sysctl -w ${operation.key}=${old}`, '');
    case 'vxlan create':
      return device(operation.dev, measured);
    case 'link up':
      return { sign: '~', now: 'down', undo: `ip link set ${operation.dev} down` };
    case 'link mtu': {
      const now = measured.links.find(({ name }) => name === operation.dev)?.mtuBytes;
      return changed(now?.toString(), (old) => `ip link set ${operation.dev} mtu ${old}`, '');
    }
    case 'addr replace':
      return { sign: '+', now: null, undo: `ip addr del ${operation.address} dev ${operation.dev}` };
    case 'wg listen-port': {
      const now = measured.wireguard?.listenPort ?? undefined;
      return changed(now?.toString(), (old) => `wg set ${operation.dev} listen-port ${old}`, '');
    }
    case 'wg keepalive':
    case 'wg endpoint':
    case 'wg allowed-ips':
      return tunnelPeer(operation, measured);
    case 'wg add':
    case 'wg del':
      return wholePeer(operation, measured);
    case 'neigh replace':
      return neighbour(operation, measured);
    case 'fdb replace':
      return forwarding(operation, measured);
    case 'route replace':
    case 'route set':
    case 'route del':
      return route(operation, measured);
    case 'addr del': {
      const { address, dev } = operation;
      return { sign: '-', now: address, undo: `ip addr replace ${address} dev ${dev}` };
    }
    case 'offload':
      return changed('on', (old) => `ethtool -K ${operation.dev} ${operation.feature} ${old}`, '');
    case 'conntrack del':
    case 'route flush cache':
      return { sign: '-', now: null, undo: '' };
    default:
      return assertNever(operation);
  }
}

function changed(now: string | undefined, undo: (old: string) => string, without: string): Change {
  return now === undefined ? { sign: '+', now: null, undo: without } : { sign: '~', now, undo: undo(now) };
}

function device(dev: string, { links }: NodeEvidence): Change {
  const link = links.find(({ name }) => name === dev);
  if (link === undefined) return { sign: '+', now: null, undo: `ip link del ${dev}` };
  const { kind, vxlan, mac, mtuBytes } = link;
  const now = [
    ...(vxlan === null ? [`type ${kind}`] : [`id ${vxlan.vni} dstport ${vxlan.port}`]),
    ...(vxlan === null || vxlan.local === null ? [] : [`local ${vxlan.local}`]),
    ...(mac === null ? [] : [`address ${mac}`]),
    `mtu ${mtuBytes}`,
  ].join(' ');
  return { sign: '~', now, undo: `ip link del ${dev}, and make it anew with ${now}` };
}

type WireGuardOperation = Extract<Operation, { readonly op: 'wg keepalive' | 'wg endpoint' | 'wg allowed-ips' }>;

/** Of wg0, or of flannel's own device where the operation is about that. */
function peerEntry(
  { dev, peer }: Extract<Operation, { readonly peer: string }>,
  { wireguard, flannelWireGuard }: NodeEvidence,
): WireGuardPeer | undefined {
  const device = flannelWireGuard?.interface === dev ? flannelWireGuard : wireguard;
  return device?.peers.find(({ publicKey }) => publicKey === peer);
}

function wholePeer(
  operation: Extract<Operation, { readonly op: 'wg add' | 'wg del' }>,
  measured: NodeEvidence,
): Change {
  const { op, dev, peer } = operation;
  const entry = peerEntry(operation, measured);
  const remove = `wg set ${dev} peer ${peer} remove`;
  if (entry === undefined) return { sign: op === 'wg add' ? '+' : '-', now: null, undo: op === 'wg add' ? remove : '' };
  const { endpoint, keepaliveSeconds, allowedIps } = entry;
  const words = [
    ...(endpoint === null ? [] : [`endpoint ${endpoint}`]),
    `persistent-keepalive ${keepaliveSeconds}`,
    `allowed-ips ${allowedIps.join(',') || '""'}`,
  ].join(' ');
  return { sign: op === 'wg add' ? '~' : '-', now: words, undo: `wg set ${dev} peer ${peer} ${words}` };
}

function tunnelPeer(operation: WireGuardOperation, measured: NodeEvidence): Change {
  const entry = peerEntry(operation, measured);
  const [word, value] = currentValue(operation, entry);
  return changed(value, (old) => `wg set ${operation.dev} peer ${operation.peer} ${word} ${old}`, '');
}

function currentValue(operation: WireGuardOperation, entry: WireGuardPeer | undefined): [string, string | undefined] {
  switch (operation.op) {
    case 'wg keepalive':
      return ['persistent-keepalive', entry && (entry.keepaliveSeconds === 0 ? 'off' : String(entry.keepaliveSeconds))];
    case 'wg endpoint':
      return ['endpoint', entry?.endpoint ?? undefined];
    case 'wg allowed-ips':
      return ['allowed-ips', entry && (entry.allowedIps.join(',') || '""')];
    default:
      return assertNever(operation);
  }
}

function neighbour(
  { ip, dev }: Extract<Operation, { readonly op: 'neigh replace' }>,
  { neighbours }: NodeEvidence,
): Change {
  const now = neighbourAt(neighbours, ip)?.[1] ?? undefined;
  const back = (old: string) => `ip neigh replace ${ip} lladdr ${old} dev ${dev} nud permanent`;
  return changed(now, back, `ip neigh del ${ip} dev ${dev}`);
}

function forwarding(
  { mac, dst, dev }: Extract<Operation, { readonly op: 'fdb replace' }>,
  { fdb }: NodeEvidence,
): Change {
  const [now] = destinationsOf(fdb, mac);
  const back = (old: string) => `bridge fdb replace ${mac} dev ${dev} dst ${old} self permanent`;
  return changed(now, back, `bridge fdb del ${mac} dev ${dev} dst ${dst} self`);
}

/** A route is put in the place of one with the same metric, and stands beside those with another. */
function route(
  operation: Extract<Operation, { readonly op: 'route replace' | 'route set' | 'route del' }>,
  { routes }: NodeEvidence,
): Change {
  const { op, cidr, dev } = operation;
  const row = routesTo(routes, cidr).find((each) => (op === 'route del' ? each[2] === dev : hasUsualMetric(each)));
  const now = row === undefined ? undefined : describeRoute(row);
  const back = (old: string) => `ip route replace ${cidr} ${old}`;
  if (op === 'route del') return { sign: '-', now: now ?? null, undo: now === undefined ? '' : back(now) };
  return changed(now, back, `ip route del ${cidr} dev ${dev}`);
}

function hasUsualMetric([destination, , , , , , , , metric = 0]: NodeEvidence['routes'][number]): boolean {
  return metric === 0 || metric === usualMetric(destination);
}

/** With all that its undoing must give back: without its metric it would win where it did not. */
function describeRoute(row: NodeEvidence['routes'][number]): string {
  const [, gateway, dev, onlink, mtu, protocol = 'boot', , source = null, metric = 0] = row;
  return [
    ...(gateway === null ? [] : [`via ${gateway}`]),
    `dev ${dev}`,
    ...(onlink ? ['onlink'] : []),
    ...(protocol === 'boot' ? [] : [`proto ${protocol}`]),
    ...(source === null ? [] : [`src ${source}`]),
    ...(hasUsualMetric(row) ? [] : [`metric ${metric}`]),
    ...(mtu === 0 ? [] : [`mtu ${mtu}`]),
  ].join(' ');
}
