import { addressAt, parseCidr } from '../../core/network/cidr.ts';
import type { SimulatedHost, SimulatedRoute } from './simulated-network.ts';

/** The route that the kernel makes from an address while its link is up; a host address makes none. */
export function connectedRoute(dev: string, cidr: string): readonly SimulatedRoute[] {
  const parsed = parseCidr(cidr);
  const network = parsed === undefined ? undefined : addressAt(parsed, 0n);
  if (parsed === undefined || network === undefined || parsed.network.version !== 4 || parsed.prefix === 32) return [];
  return [
    {
      destination: `${network}/${parsed.prefix}`,
      via: null,
      dev,
      onlink: false,
      kernel: true,
      source: cidr.split('/')[0] ?? cidr,
      mtuBytes: null,
      metric: null,
    },
  ];
}

/** Takes a link down: its routes and neighbours go, its addresses and forwarding entries stay (measured on kernel 6.18). */
export function linkDown(host: SimulatedHost, dev: string): SimulatedHost {
  return {
    ...host,
    links: host.links.map((link) => (link.name === dev ? { ...link, up: false } : link)),
    routes: host.routes.filter((route) => route.dev !== dev),
    neighbours: host.neighbours.filter((neighbour) => neighbour.dev !== dev),
  };
}

/** Takes a link up: of all that was lost only the connected routes come back. */
export function linkUp(host: SimulatedHost, dev: string): SimulatedHost {
  const connected = host.addresses
    .filter((address) => address.dev === dev)
    .flatMap(({ cidr }) => connectedRoute(dev, cidr));
  return {
    ...host,
    links: host.links.map((link) => (link.name === dev ? { ...link, up: true } : link)),
    routes: [...host.routes.filter((route) => !(route.kernel && route.dev === dev)), ...connected],
  };
}

/** Removes a link with everything on it, VXLAN devices that run over it included. */
export function linkGone(host: SimulatedHost, dev: string): SimulatedHost {
  const above = host.links.filter((link) => link.vxlan?.dev === dev).map((link) => link.name);
  const gone = new Set([dev, ...above]);
  const stays = (entry: { readonly dev: string }) => !gone.has(entry.dev);
  return {
    ...host,
    links: host.links.filter((link) => !gone.has(link.name)),
    addresses: host.addresses.filter(stays),
    routes: host.routes.filter(stays),
    neighbours: host.neighbours.filter(stays),
    fdb: host.fdb.filter(stays),
    wireguard: host.wireguard?.interface === dev ? null : host.wireguard,
  };
}
