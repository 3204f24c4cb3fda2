import type { Facts } from '../diagnosis/facts.ts';
import { parseIp } from '../network/address.ts';
import { contains, parseCidr } from '../network/cidr.ts';
import { instanceIdOf } from './instance-id.ts';

/** What every route table before the fleet's cloud hosts must say: the tunnel's network is behind the hub. */
export interface WantedRoute {
  readonly destination: string;
  /** EC2 instance id of the hub. */
  readonly target: string;
  /** The hub's node name. */
  readonly hub: string;
}

/** Exactly one answer, or why there is none: a guess would send a network of somebody's VPC astray. */
export type WantedRouteOutcome =
  | { readonly type: 'known'; readonly route: WantedRoute }
  | { readonly type: 'unknown'; readonly why: string };

export function wantedRoute(facts: Facts): WantedRouteOutcome {
  const { hub, segment, network } = facts;
  if (hub === undefined) return unknown('the node has no hub');
  const target = hubInstanceId(facts);
  if (target === undefined) return unknown(`spec.providerID of ${hub.name} names no EC2 instance`);
  const networks = tunnelNetworks(facts);
  const [destination, ...more] = networks;
  if (destination === undefined) return unknown(`the routes of ${hub.name} do not tell the tunnel’s network`);
  if (more.length > 0)
    return unknown(`${hub.name} has several routes into the tunnel that hold the node: ${networks.join(', ')}`);
  const beside = network.vteps.find(({ node }) => node === segment)?.publicIp;
  if (beside !== undefined && holds(destination, beside))
    return unknown(`${destination} holds ${beside} of ${segment} itself, which is no tunnel address`);
  return { type: 'known', route: { destination, target, hub: hub.name } };
}

/** `i-…`; a hybrid instance cannot be a route's target. */
export function hubInstanceId({ evidence, hub }: Facts): string | undefined {
  const node = evidence.nodes.find(({ metadata }) => metadata.name === hub?.name);
  const id = instanceIdOf(node?.spec.providerID);
  return id?.startsWith('i-') ? id : undefined;
}

/**
 * The hub's own routes into its WireGuard device that hold the node's tunnel address. Routes for one address are left
 * out: they give one peer an MTU of its own.
 */
export function tunnelNetworks({ hub, evidence, self }: Facts): readonly string[] {
  const address = self?.publicIp;
  if (address === undefined) return [];
  return (hub?.measured?.routes ?? [])
    .filter(([, gateway, device]) => gateway === null && device === evidence.wireguardDevice)
    .map(([destination]) => destination)
    .filter((destination) => destination.includes('/') && !destination.endsWith('/32') && holds(destination, address));
}

function holds(network: string, address: string): boolean {
  const cidr = parseCidr(network);
  const ip = parseIp(address);
  return cidr !== undefined && ip !== undefined && contains(cidr, ip);
}

function unknown(why: string): WantedRouteOutcome {
  return { type: 'unknown', why };
}
