import type { Inventory, InventoryEntry } from '../../core/inventory/inventory.ts';
import { type HostKeys, keyPairOf } from './host-keys.ts';
import type { LabHost } from './lab-host.ts';
import { addressOf, networkOf } from './topology.ts';

/** The fleet's inventory as its platform team would keep it: from the plan of the fleet, not from what its hosts say. `keys`: of wg0. */
export function recordFleet(hosts: readonly LabHost[], keys: HostKeys): Inventory {
  const networks = hosts.flatMap(({ wireguard }) =>
    [wireguard?.address, wireguard?.address6].flatMap((address) => (address === undefined ? [] : networkOf(address))),
  );
  return {
    version: 1,
    tunnelNetworks: [...new Set(networks)],
    nodes: Object.fromEntries(hosts.map((host) => [host.name, recordHost(host, hosts, keys)])),
  };
}

function recordHost(host: LabHost, hosts: readonly LabHost[], keys: HostKeys): InventoryEntry {
  const { name, site, pool, instanceId: instance, wireguard, flannel } = host;
  const tunnelAddress = wireguard && addressOf(wireguard.address);
  const { publicIp } = flannel;
  return {
    ...(tunnelAddress === undefined ? {} : { tunnelAddress, publicKey: keyPairOf(keys, name).publicKey }),
    ...(publicIp === tunnelAddress ? {} : { announcedAddress: publicIp }),
    ...(wireguard?.spoke === undefined ? {} : { hub: wireguard.spoke.hub ?? 'hub-1' }),
    site,
    pool,
    instance,
    allowedNetworks: [...(wireguard?.spoke?.allowedIpsAtHub ?? allowedInMesh(name, hosts))],
  };
}

/** Where nobody is the hub: what every other host may send to it. */
function allowedInMesh(name: string, hosts: readonly LabHost[]): readonly string[] {
  const entries = hosts.flatMap(({ wireguard }) => wireguard?.mesh?.peers ?? []);
  return entries.find(({ host }) => host === name)?.allowedIps ?? [];
}
