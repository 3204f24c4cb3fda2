import { parseIp } from '../network/address.ts';
import { contains, parseCidr } from '../network/cidr.ts';
import type { NodeEvidence } from './node-evidence.ts';

/** One row of the main table. `mtuBytes` 0: the device's own. */
export interface Route {
  readonly destination: string;
  /** 0 of the default route. */
  readonly prefix: number;
  readonly gateway: string | null;
  readonly device: string;
  readonly mtuBytes: number;
}

/** The row that the kernel would choose for an address: the longest prefix, of equals the first. */
export function lookUpRoute(rows: NodeEvidence['routes'], address: string): Route | undefined {
  const wanted = parseIp(address);
  if (wanted === undefined) return undefined;
  let best: Route | undefined;
  for (const [destination, gateway, device, , mtuBytes] of rows) {
    const cidr = parseCidr(destination === 'default' ? (wanted.version === 4 ? '0.0.0.0/0' : '::/0') : destination);
    if (cidr === undefined || !contains(cidr, wanted) || cidr.prefix <= (best?.prefix ?? -1)) continue;
    best = { destination, prefix: cidr.prefix, gateway, device, mtuBytes };
  }
  return best;
}

/** Rows for a part of the network: they win against the network's own route. */
export function narrowerRoutes(rows: NodeEvidence['routes'], network: string): readonly Route[] {
  const wide = parseCidr(network);
  if (wide === undefined) return [];
  return rows.flatMap(([destination, gateway, device, , mtuBytes]) => {
    const cidr = parseCidr(destination);
    const isNarrower = cidr !== undefined && cidr.prefix > wide.prefix && contains(wide, cidr.network);
    return isNarrower ? [{ destination, prefix: cidr.prefix, gateway, device, mtuBytes }] : [];
  });
}

/** Every row but those for a part of the network. */
export function rowsNotNarrower(rows: NodeEvidence['routes'], network: string): NodeEvidence['routes'] {
  const narrower = narrowerRoutes(rows, network).map(({ destination }) => destination);
  return rows.filter(([destination]) => !narrower.includes(destination));
}

/** What the device and the route towards an address let out. */
export function egressMtuBytes(sender: NodeEvidence, address: string): number | undefined {
  const route = lookUpRoute(sender.routes, address);
  const link = sender.links.find(({ name }) => name === route?.device);
  if (route === undefined || link === undefined) return undefined;
  return route.mtuBytes === 0 ? link.mtuBytes : Math.min(link.mtuBytes, route.mtuBytes);
}
