import type { Diagnosis, Found } from '../diagnosis/diagnosis.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { TunnelWays } from '../diagnosis/tunnel-ways.ts';
import type { NodeEvidence, WireGuardPeer } from '../evidence/node-evidence.ts';
import { lookUpRoute, routesTo } from '../evidence/routes.ts';
import { hasWholeKey } from '../evidence/wireguard-peer.ts';
import type { Operation } from '../grammar/operation.ts';
import { holdsAddress } from '../network/cidr.ts';
import { forwardingKeys } from '../network/forwarding-key.ts';
import type { HostPlan } from './plan.ts';

/** Shorter than the time for which NATs keep a silent UDP mapping (RFC 4787 §4.3 demands 120 s, many keep 30 s). */
const KEEPALIVE_SECONDS = 25;

/** Forwarding, AllowedIPs and routes without which packets cannot get into or through the tunnel. */
export function planTunnelRoutes(facts: Facts, found: Found): readonly HostPlan[] {
  const { name, node, hub, evidence } = facts;
  const ways = found.forRepair?.tunnelWays;
  if (ways === undefined) return [];
  const routesOn = (host: string) => {
    const addresses = ways.astray.flatMap((each) => (each.host === host ? [each.address] : []));
    const cidrs = new Set(
      addresses.map((address) => (host === name ? carriedWith(facts, address) : asNetwork(address))),
    );
    return [...cidrs].map(
      (cidr): Operation => ({ op: 'route set', cidr, dev: evidence.wireguardDevice, mtuBytes: null }),
    );
  };
  return [
    {
      host: name,
      operations: [
        ...forwarding(facts, found, { name, measured: node }),
        ...allowedIpsOfNode(facts, ways),
        ...routesOn(name),
      ],
    },
    ...(hub === undefined
      ? []
      : [
          {
            host: hub.name,
            operations: [...forwarding(facts, found, hub), ...allowedIpsOfHub(facts, ways), ...routesOn(hub.name)],
          },
        ]),
  ];
}

/** Of IPv6 only where it is what loses packets: a host may have it off on purpose. */
function forwarding(
  { family }: Facts,
  { cause, hostAtFault }: Found,
  { name, measured }: { readonly name: string; readonly measured: NodeEvidence | undefined },
): readonly Operation[] {
  const key = forwardingKeys[family];
  const isAsked = family === 'ipv4' || (cause === 'ip-forward-off' && hostAtFault === name);
  return isAsked && measured?.sysctls[key] === 0 ? [{ op: 'sysctl', key, value: 1 }] : [];
}

/**
 * The network of AllowedIPs that an address lies in: wg-quick makes one route for each. Where that route is there, a narrower one
 * of somebody else takes the packets: it stays, and the address gets a route of its own.
 */
function carriedWith({ tunnel, node, evidence }: Facts, address: string): string {
  const networks = (tunnel?.atNode.at(-1)?.wireguard.peers ?? []).flatMap(({ allowedIps }) => allowedIps);
  const network = networks.find((cidr) => !cidr.endsWith('/0') && holdsAddress(cidr, address));
  const isThere = routesTo(node?.routes ?? [], network ?? '').some(([, , dev]) => dev === evidence.wireguardDevice);
  return network === undefined || isThere ? asNetwork(address) : network;
}

/** The hub's entry must hold the node's address. */
function allowedIpsOfHub({ tunnel, evidence }: Facts, { uncarriedAtHub }: TunnelWays): readonly Operation[] {
  const entry = tunnel?.nodeAtHub.at(-1);
  if (entry === undefined || !hasWholeKey(entry) || uncarriedAtHub.length === 0) return [];
  return [widened(evidence.wireguardDevice, entry, uncarriedAtHub.map(asNetwork))];
}

/**
 * The node's entry of the hub must hold every address that is reached through it: by the networks of existing routes,
 * otherwise one by one.
 */
function allowedIpsOfNode({ node, tunnel, evidence }: Facts, { uncarried }: TunnelWays): readonly Operation[] {
  const entry = tunnel?.hubAtNode.at(-1);
  if (node === undefined || entry === undefined || !hasWholeKey(entry)) return [];
  const networks = uncarried.flatMap((each) => each.networks);
  const outside = networks.map((network) => {
    if (network.includes('/')) return network;
    const route = lookUpRoute(node.routes, network);
    const routed = route?.device === evidence.wireguardDevice && route.prefix > 0;
    return routed ? route.destination : asNetwork(network);
  });
  return outside.length === 0 ? [] : [widened(evidence.wireguardDevice, entry, outside)];
}

function asNetwork(text: string): string {
  return text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
}

function widened(dev: string, entry: WireGuardPeer, more: readonly string[]): Operation {
  return { op: 'wg allowed-ips', dev, peer: entry.publicKey, cidrs: [...new Set([...entry.allowedIps, ...more])] };
}

/**
 * The repair on the node behind the NAT; changes on the hub do not help (measured). Keepalive keeps the mapping open. Where its
 * packets arrive and the answers do not, another listen port makes a new mapping, and the hub follows the new endpoint.
 */
export function planNat({ tunnel, name, evidence }: Facts, { cause }: Diagnosis): readonly HostPlan[] {
  const { wireguardDevice: dev } = evidence;
  const entry = tunnel?.hubAtNode.at(-1);
  if (entry === undefined || !hasWholeKey(entry)) return [];
  const silent = entry.keepaliveSeconds === 0 || entry.keepaliveSeconds > KEEPALIVE_SECONDS;
  const keepalive: Operation = { op: 'wg keepalive', dev, peer: entry.publicKey, seconds: KEEPALIVE_SECONDS };
  const port = cause === 'inbound-filtered' ? tunnel?.atNode.at(-1)?.wireguard.listenPort : null;
  const rebind: Operation[] = port ? [{ op: 'wg listen-port', dev, port: anotherPort(port) }] : [];
  return [{ host: name, operations: [...rebind, ...(silent ? [keepalive] : [])] }];
}

/** Higher by two, because flannel's own WireGuard may use 51820 and 51821. */
function anotherPort(port: number): number {
  return port + 2 > 65_535 ? port - 10_000 : port + 2;
}

/** The hub's address, from a peer with a working tunnel. */
export function planHubEndpoint({ tunnel, name, evidence }: Facts, { forRepair }: Found): readonly HostPlan[] {
  const entry = tunnel?.hubAtNode.at(-1);
  const endpoint = forRepair?.hubEndpoint;
  if (entry === undefined || endpoint === undefined || !hasWholeKey(entry)) return [];
  return [
    { host: name, operations: [{ op: 'wg endpoint', dev: evidence.wireguardDevice, peer: entry.publicKey, endpoint }] },
  ];
}

/** The WireGuard device of the node, or of the hub, that was set down. A later plan puts its routes back. */
export function planTunnelUp({ name, node, hub, evidence }: Facts): readonly HostPlan[] {
  const { wireguardDevice: dev } = evidence;
  const isDown = (measured: NodeEvidence | undefined) =>
    measured?.links.some((link) => link.name === dev && !link.up) === true;
  const hosts = [...(isDown(node) ? [name] : []), ...(hub !== undefined && isDown(hub.measured) ? [hub.name] : [])];
  return hosts.map((host) => ({ host, operations: [{ op: 'link up', dev }] }));
}
