import * as z from 'zod';
import { parseIp } from '../core/network/address.ts';
import { addressAt, parseCidr } from '../core/network/cidr.ts';
import { shortestSpelling } from '../core/watchdog/shortest-spelling.ts';
import { error, listOf, textLike } from './value.ts';
import { wrongValue } from './wrong-value.ts';

/** Names of pools and sites are values of labels, and a hub is a Node, whose name is the value of a label of others. */
const labelValue = (what: string) => textLike(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, what);
const poolName = labelValue('the name of a pool, as the pool label of its Nodes has it');
const siteName = labelValue('the name of a site, as the site label of its Nodes has it');
const hubName = labelValue('the name of a Node');

/** The network that is meant by `10.42.1.0/16`: `10.42.0.0/16`. Undefined: none. */
function networkMeant(text: unknown): string | undefined {
  const cidr = typeof text === 'string' && text.includes('/') ? parseCidr(text) : undefined;
  const lowest = cidr && addressAt(cidr, 0n);
  return cidr && lowest && shortestSpelling(`${lowest}/${cidr.prefix}`);
}

const networkError = {
  error: ({ input }: { readonly input?: unknown }) =>
    wrongValue(input, networkMeant(input) ?? 'a network, such as 10.42.0.0/16'),
};

/** In any spelling, and without host bits: with them nobody knows whether the address or the prefix is the mistake. */
const Network = z.string(networkError).refine((text) => {
  const [address = ''] = text.split('/');
  const cidr = text.includes('/') ? parseCidr(text) : undefined;
  return cidr !== undefined && parseIp(address)?.value === cidr.network.value;
}, networkError);

const networks = (example: string) => listOf(Network, `[${example}]`);

const Site = z.strictObject(
  {
    name: siteName.describe('the value of its Nodes’ site label'),
    networks: networks('192.168.1.0/24').default([]).describe('its own, such as the LAN or the VPC'),
  },
  { error: error('a site, such as { name: paris }') },
);

const Hub = z.strictObject(
  {
    name: hubName.describe('the name of its Node'),
    site: siteName.optional().describe('where it stands; must be given where there are sites'),
    tunnelNetworks: networks('10.200.0.0/24').default([]).describe('the tunnel addresses of the nodes behind it'),
  },
  { error: error('a hub, such as { name: hub-1, site: cloud }') },
);

/**
 * What the file says of a cluster's fleet, all of it optional. Nodes say by their labels where they stand, and the inventory has their
 * addresses: this is what both, and the rest of the file, are held against.
 */
export const fleetKeys = {
  pools: listOf(poolName, '[gpu, cpu]')
    .default([])
    .describe('its pools. Where every cluster says them, no setting may name another one'),
  sites: listOf(Site, '[{ name: paris }]').default([]).describe('its sites'),
  hubs: listOf(Hub, '[{ name: hub-1 }]').default([]).describe('its hubs'),
  podNetworks: networks('10.42.0.0/16').default([]).describe('from which its Nodes get their pod CIDRs'),
  serviceNetworks: networks('10.43.0.0/16').default([]).describe('of its services'),
};
