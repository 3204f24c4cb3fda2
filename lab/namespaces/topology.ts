import { addressAt, parseCidr, sameCidr } from '../../core/network/cidr.ts';
import type { LabHost, LabTunnel } from './lab-host.ts';

/** Where spokes find the hub: its public address, mapped 1:1 by the VPC's router. */
export const HUB_PUBLIC = '198.51.100.10';
export const HUB_PRIVATE = '10.0.1.10';
export const WIREGUARD_PORT = 51820;
export const TUNNEL_CIDR = '10.200.0.0/24';
export const VPC_CIDR = '10.0.0.0/16';
export const CLUSTER_CIDR = '10.42.0.0/16';
export const KUBELET_PORT = 10250;

const gpuSpoke = (tunnelAddress: string): NonNullable<LabTunnel['spoke']> => ({
  hubEndpoint: `${HUB_PUBLIC}:${WIREGUARD_PORT}`,
  allowedIps: [TUNNEL_CIDR, VPC_CIDR],
  allowedIpsAtHub: [`${tunnelAddress}/32`],
  routes: [VPC_CIDR],
});

/** wg0 has 1420 bytes on a 1500-byte path; the VPC carries jumbo frames. */
export const labHosts: readonly LabHost[] = [
  {
    name: 'hub-1',
    role: 'hub',
    pool: 'control',
    site: 'aws',
    instanceId: 'i-0a0000000000000a1',
    providerId: 'aws:///lab-1a/i-0a0000000000000a1',
    eth0: {
      address: '10.0.1.10/24',
      gateway: '10.0.1.1',
      address6: '2001:db8:0:1::10/64',
      gateway6: '2001:db8:0:1::1',
      mtuBytes: 9001,
    },
    lan: { router: 'vpc', dev: 'hub' },
    uplink: '198.51.100.1',
    publicAddress: HUB_PUBLIC,
    wireguard: { address: '10.200.0.1/24', mtuBytes: 1420 },
    flannel: { dev: 'eth0', publicIp: '10.0.1.10', mac: '0a:58:0a:2a:00:00' },
    podNumber: 0,
  },
  {
    name: 'cloud-1',
    role: 'cloud',
    pool: 'cloud',
    site: 'aws',
    instanceId: 'i-0a0000000000000c1',
    providerId: 'aws:///lab-1a/i-0a0000000000000c1',
    eth0: {
      address: '10.0.2.20/24',
      gateway: '10.0.2.1',
      address6: '2001:db8:0:2::20/64',
      gateway6: '2001:db8:0:2::1',
      mtuBytes: 9001,
    },
    lan: { router: 'vpc', dev: 'cloud' },
    uplink: '198.51.100.1',
    flannel: { dev: 'eth0', publicIp: '10.0.2.20', mac: '0a:58:0a:2a:01:00' },
    podNumber: 1,
  },
  {
    name: 'gpu-1',
    role: 'gpu',
    pool: 'gpu',
    site: 'dc-a',
    instanceId: 'mi-0a00000000000b001',
    eth0: {
      address: '192.168.1.10/24',
      gateway: '192.168.1.1',
      address6: '2001:db8:1:1::10/64',
      gateway6: '2001:db8:1:1::1',
      mtuBytes: 1500,
    },
    lan: { router: 'nat1', dev: 'lan' },
    uplink: '203.0.113.1',
    wireguard: { address: '10.200.0.11/24', mtuBytes: 1420, spoke: gpuSpoke('10.200.0.11') },
    flannel: { dev: 'wg0', publicIp: '10.200.0.11', mac: '0a:58:0a:2a:0b:00' },
    podNumber: 11,
  },
  {
    name: 'gpu-2',
    role: 'gpu',
    pool: 'gpu',
    site: 'dc-b',
    instanceId: 'mi-0a00000000000b002',
    eth0: {
      address: '192.168.2.10/24',
      gateway: '192.168.2.1',
      address6: '2001:db8:2:1::10/64',
      gateway6: '2001:db8:2:1::1',
      mtuBytes: 1500,
    },
    lan: { router: 'nat2', dev: 'lan' },
    uplink: '192.0.2.1',
    wireguard: { address: '10.200.0.12/24', mtuBytes: 1420, spoke: gpuSpoke('10.200.0.12') },
    flannel: { dev: 'wg0', publicIp: '10.200.0.12', mac: '0a:58:0a:2a:0c:00' },
    podNumber: 12,
  },
];

/** Throws for a name that no host has. */
export function findLabHost(name: string): LabHost {
  const host = labHosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no host of the fleet is called ${name}`);
  return host;
}

export function podCidr({ podNumber, podNetwork }: LabHost): string {
  return podNetwork ?? `10.42.${podNumber}.0/24`;
}

export function vtepIp(host: LabHost): string {
  return addressOf(podCidr(host));
}

/** cni0's address in the pods' network, with prefix length. */
export function podGateway(host: LabHost): string {
  return `${addressIn(podCidr(host), 1)}/${prefixOf(podCidr(host))}`;
}

export function podIp(host: LabHost): string {
  return addressIn(podCidr(host), 2);
}

/** The address at an offset in a network. Throws for what is no network, or too small. */
export function addressIn(network: string, offset: number): string {
  const cidr = parseCidr(network);
  const address = cidr && addressAt(cidr, BigInt(offset));
  if (address === undefined) throw new Error(`${network} has no address ${offset}`);
  return address;
}

/** Whether two addresses with prefix length are in one network. */
export function sameNetwork(left: string, right: string): boolean {
  return sameCidr(left, right);
}

/** The network of an address with prefix length. */
export function networkOf(address: string): string {
  return `${addressIn(address, 0)}/${prefixOf(address)}`;
}

export function prefixOf(network: string): string {
  return network.split('/')[1] ?? '32';
}

export function addressOf(cidr: string): string {
  return cidr.split('/')[0] ?? cidr;
}

/** MTU of flannel's external interface, from which each backend takes what it puts around a packet. */
export function externalMtuBytes({ flannel, eth0, wireguard }: LabHost): number {
  return flannel.dev === 'wg0' && wireguard !== undefined ? wireguard.mtuBytes : eth0.mtuBytes;
}
