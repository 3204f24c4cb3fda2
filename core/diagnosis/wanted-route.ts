import { instanceIdOf } from '../cloud/instance-id.ts';
import type { WantedRoute } from '../cloud/wanted-route.ts';
import { holdsAddress } from '../network/cidr.ts';
import { cloudWay } from './cloud-way.ts';
import type { Facts } from './facts.ts';
import { tunnelNetworks } from './tunnel-networks.ts';

/** The one possible route, or why it is not certain. Never a guess: a wrong route would misdirect traffic of the VPC. */
export type WantedRouteOutcome =
  | { readonly type: 'known'; readonly route: WantedRoute }
  | { readonly type: 'unknown'; readonly why: string };

export function wantedRoute(facts: Facts): WantedRouteOutcome {
  const { hub, network } = facts;
  const way = cloudWay(facts);
  if (hub === undefined || way === undefined) return unknown('the hosts on both sides of the hub were not all read');
  const target = hubInstanceId(facts);
  if (target === undefined) return unknown(`spec.providerID of ${hub.name} names no EC2 instance`);
  const networks = tunnelNetworks(facts, way.behind);
  const [destination, ...more] = networks;
  if (destination === undefined) return unknown(`the routes of ${hub.name} do not tell the tunnel’s network`);
  if (more.length > 0)
    return unknown(`${hub.name} has several routes into the tunnel that hold ${way.behind}: ${networks.join(', ')}`);
  const beside = network.members.find(({ node }) => node === way.beside)?.publicIp;
  if (beside !== undefined && holdsAddress(destination, beside))
    return unknown(`${destination} holds ${beside} of ${way.beside} itself, which is not a tunnel address`);
  return { type: 'known', route: { destination, target, hub: hub.name } };
}

/** The hub's EC2 instance id, `i-…`. A hybrid instance (`mi-…`) cannot be a route's target. */
export function hubInstanceId({ evidence, hub }: Facts): string | undefined {
  const node = evidence.nodes.find(({ metadata }) => metadata.name === hub?.name);
  const id = instanceIdOf(node?.spec.providerID);
  return id?.startsWith('i-') ? id : undefined;
}

function unknown(why: string): WantedRouteOutcome {
  return { type: 'unknown', why };
}
