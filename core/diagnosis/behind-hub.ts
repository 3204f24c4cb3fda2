import { sees } from '../evidence/evidence.ts';
import { lookUpRoute } from '../evidence/routes.ts';
import type { Facts } from './facts.ts';

/**
 * False: the hub's own route to the host does not lead into its tunnel, so the host is behind another hub or beside this one.
 * Where the hub's routes were not seen, a host is taken to be behind it.
 */
export function isBehindHub({ hub, network, evidence }: Facts, host: string): boolean {
  const address = network.members.find(({ node }) => node === host)?.publicIp;
  if (hub?.measured === undefined || address === undefined || !sees(hub.measured, 'routes')) return true;
  const way = hub.measured.ways?.find((each) => each.address === address);
  const device = way === undefined ? lookUpRoute(hub.measured.routes, address)?.device : way.device;
  return device === evidence.wireguardDevice;
}
