import { instanceIdOf } from '../cloud/instance-id.ts';
import type { WantedRoute } from '../cloud/wanted-route.ts';
import { holdsAddress } from '../network/cidr.ts';
import { cloudWay } from './cloud-way.ts';
import type { Facts } from './facts.ts';
import { tunnelNetworks } from './tunnel-networks.ts';

/** Exactly one answer, or why there is none: a guess would send a network of somebody's VPC astray. */
export type WantedRouteOutcome =
  | { readonly type: 'known'; readonly route: WantedRoute }
  | { readonly type: 'unknown'; readonly why: string };

export function wantedRoute(facts: Facts): WantedRouteOutcome {
  const { hub, network } = facts;
  const way = cloudWay(facts);
  if (hub === undefined || way === undefined) return unknown('nothing was read on both sides of the hub');
  const target = hubInstanceId(facts);
  if (target === undefined) return unknown(`spec.providerID of ${hub.name} names no EC2 instance`);
  const networks = tunnelNetworks(facts, way.behind);
  const [destination, ...more] = networks;
  if (destination === undefined) return unknown(`the routes of ${hub.name} do not tell the tunnel’s network`);
  if (more.length > 0)
    return unknown(`${hub.name} has several routes into the tunnel that hold ${way.behind}: ${networks.join(', ')}`);
  const beside = network.members.find(({ node }) => node === way.beside)?.publicIp;
  if (beside !== undefined && holdsAddress(destination, beside))
    return unknown(`${destination} holds ${beside} of ${way.beside} itself, which is no tunnel address`);
  return { type: 'known', route: { destination, target, hub: hub.name } };
}

/** `i-…`; a hybrid instance cannot be a route's target. */
export function hubInstanceId({ evidence, hub }: Facts): string | undefined {
  const node = evidence.nodes.find(({ metadata }) => metadata.name === hub?.name);
  const id = instanceIdOf(node?.spec.providerID);
  return id?.startsWith('i-') ? id : undefined;
}

function unknown(why: string): WantedRouteOutcome {
  return { type: 'unknown', why };
}
