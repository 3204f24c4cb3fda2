import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { bareAddress, parseIp } from '../network/address.ts';
import { type Cidr, contains, parseCidr } from '../network/cidr.ts';

type Row = NodeEvidence['routes'][number];

/** Routes that the kernel makes from an address, or a daemon from what the network announces. */
const networkProtocols = ['kernel', 'dhcp', 'ra', 'redirect', 'bgp', 'ospf', 'isis', 'rip', 'babel'];

/**
 * True for a route that leads to a network which somebody uses: a connected, learned or link-scope one, or one that carries an
 * address or the gateway of the host itself. Taking it away would cut off that network, whatever the pod CIDRs are. A
 * route straight into a tunnel device leads to no network of its own: wg-quick and administrators make those.
 */
export function leadsToNetwork(row: Row, measured: NodeEvidence): boolean {
  const [destination, gateway, device, , , protocol] = row;
  const cidr = parseCidr(destination);
  if (cidr === undefined || (protocol !== undefined && networkProtocols.includes(protocol))) return true;
  if (gateway === null && !isTunnel(device, measured)) return true;
  return carriesHost(cidr, measured);
}

function isTunnel(device: string, { links }: NodeEvidence): boolean {
  const kind = links.find(({ name }) => name === device)?.kind;
  return kind === 'wireguard' || kind === 'tun' || kind === 'vxlan';
}

/** Addresses of the overlay itself, on tunnels and bridges, lie in pod CIDRs rightly. */
function carriesHost(cidr: Cidr, measured: NodeEvidence): boolean {
  const { addresses, routes, links } = measured;
  const isUplink = (device: string) => links.some(({ name, kind }) => name === device && kind === 'device');
  const own = addresses.flatMap(([device, text]) => (isUplink(device) ? bareAddress(text) : []));
  const gateways = routes.flatMap(([destination, gateway]) => (destination === 'default' ? (gateway ?? []) : []));
  return [...own, ...gateways].some((text) => {
    const address = parseIp(text);
    return address !== undefined && contains(cidr, address);
  });
}
