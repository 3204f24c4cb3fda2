import { lookUpRoute, narrowerRoutes, type Route } from '../evidence/routes.ts';
import { bareAddress } from '../network/address.ts';
import { parseCidr } from '../network/cidr.ts';
import type { Facts } from './facts.ts';
import { liesIn, type OwnPods, ownPods } from './own-pods.ts';
import { unmeasuredPods } from './unmeasured-pods.ts';

/** Routes that lead the node's own pods, or a part of them, away from their bridge. */
export interface ShadowedRoutes {
  /** Pods are lost by them. */
  readonly lossy: readonly string[];
  /** Nothing that was asked is lost by them. */
  readonly harmless: readonly string[];
}

export function ownRouteShadowed(facts: Facts): ShadowedRoutes {
  const own = ownPods(facts);
  if (own === undefined || own.bridge === undefined) return { lossy: [], harmless: [] };
  const routes = routesAway(own, facts).map((route) => ({ route, isLossy: losesPods(facts, own, route) }));
  const tell = (wanted: boolean) =>
    routes
      .filter(({ isLossy }) => isLossy === wanted)
      .map(({ route }) => `${facts.name}: ${route.destination}, its own pods, leads to ${route.device}`);
  return { lossy: tell(true), harmless: tell(false) };
}

/** The kernel's choice for the network and for every part of it. A veth per pod, as other CNIs have, is not away. */
function routesAway({ node, bridge }: OwnPods, { self, evidence }: Facts): readonly Route[] {
  if (self === undefined) return [];
  const uplink = node.routes.find(([destination]) => destination === 'default')?.[2];
  const leadsAway = (device: string) =>
    device !== bridge &&
    ([evidence.flannelDevice, evidence.wireguardDevice, uplink].includes(device) || isBridge(node, device));
  const whole = node.routes.filter(([destination]) => destination === self.podCidr);
  const chosen = lookUpRoute(whole, bareAddress(self.podCidr));
  const all = [...(chosen === undefined ? [] : [chosen]), ...narrowerRoutes(node.routes, self.podCidr)];
  return all.filter(({ device }) => leadsAway(device));
}

/**
 * An address that was given out lies there and does not answer; or no pod is reached, and the device certainly has none. A
 * second bridge may have pods of its own.
 */
function losesPods(facts: Facts, { node }: OwnPods, { destination, device }: Route): boolean {
  const cidr = parseCidr(destination);
  if (cidr !== undefined && (node.pods.silent ?? []).some((address) => liesIn(cidr, address))) return true;
  return !isBridge(node, device) && unmeasuredPods(facts).length > 0;
}

function isBridge({ links }: OwnPods['node'], device: string): boolean {
  return links.some(({ name, kind }) => name === device && kind === 'bridge');
}
