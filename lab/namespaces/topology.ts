import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import type { FleetHost } from '../fleet.ts';

/** One Kubernetes node of the lab: where it stands, and what its overlay is made of. */
export interface LabHost {
  readonly name: string;
  readonly role: FleetHost['role'];
  readonly pool: string;
  readonly site: string;
  readonly instanceId: string;
  readonly providerId?: string;
  /** Underlay address with prefix length, and its gateway. */
  readonly eth0: {
    readonly address: string;
    readonly gateway: string;
    /** The same for IPv6, which nothing uses until a fault does. */
    readonly address6: string;
    readonly gateway6: string;
    readonly mtuBytes: number;
  };
  /** The internet's own address at the other end of the site's uplink. */
  readonly uplink: string;
  /** Address in the tunnel; cloud nodes have none. */
  readonly wireguard?: { readonly address: string; readonly mtuBytes: number };
  /** flannel's external interface and address: what the peers' forwarding entries point to. */
  readonly flannel: {
    readonly dev: 'eth0' | 'wg0';
    readonly publicIp: string;
    readonly mtuBytes: number;
    readonly mac: string;
  };
  readonly podNumber: number;
}

/** Where spokes find the hub: its public address, mapped 1:1 by the VPC's router. */
export const HUB_PUBLIC = '198.51.100.10';
export const WIREGUARD_PORT = 51820;
export const TUNNEL_CIDR = '10.200.0.0/24';
export const VPC_CIDR = '10.0.0.0/16';
export const CLUSTER_CIDR = '10.42.0.0/16';
export const KUBELET_PORT = 10250;

/** wg0 1420 and flannel.1 1370 on a 1500-byte path; the VPC carries jumbo frames (9001 − 50 for VXLAN). */
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
    uplink: '198.51.100.1',
    wireguard: { address: '10.200.0.1/24', mtuBytes: 1420 },
    flannel: { dev: 'eth0', publicIp: '10.0.1.10', mtuBytes: 8951, mac: '0a:58:0a:2a:00:00' },
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
    uplink: '198.51.100.1',
    flannel: { dev: 'eth0', publicIp: '10.0.2.20', mtuBytes: 8951, mac: '0a:58:0a:2a:01:00' },
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
    uplink: '203.0.113.1',
    wireguard: { address: '10.200.0.11/24', mtuBytes: 1420 },
    flannel: { dev: 'wg0', publicIp: '10.200.0.11', mtuBytes: 1370, mac: '0a:58:0a:2a:0b:00' },
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
    uplink: '192.0.2.1',
    wireguard: { address: '10.200.0.12/24', mtuBytes: 1420 },
    flannel: { dev: 'wg0', publicIp: '10.200.0.12', mtuBytes: 1370, mac: '0a:58:0a:2a:0c:00' },
    podNumber: 12,
  },
];

/** The routers between the hosts. */
export const routers = ['inet', 'vpc', 'nat1', 'nat2'] as const;

/** Throws for a name that no host has. */
export function findLabHost(name: string): LabHost {
  const host = labHosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no host of the fleet is called ${name}`);
  return host;
}

export function podCidr(host: LabHost): string {
  return `10.42.${host.podNumber}.0/24`;
}

export function vtepIp(host: LabHost): string {
  return `10.42.${host.podNumber}.0`;
}

export function podIp(host: LabHost): string {
  return `10.42.${host.podNumber}.2`;
}

export function addressOf(cidr: string): string {
  return cidr.split('/')[0] ?? cidr;
}

/** flannel takes 50 bytes off its external interface's MTU for VXLAN, 80 for WireGuard, for its device and the pods. */
export function overlayMtuBytes({ flannel, eth0, wireguard }: LabHost, backend: OverlayName): number {
  if (backend === 'vxlan') return flannel.mtuBytes;
  return (flannel.dev === 'wg0' && wireguard !== undefined ? wireguard.mtuBytes : eth0.mtuBytes) - 80;
}

/** What flanneld writes into the Node object besides its public address. */
export interface FlannelLease {
  readonly type: 'vxlan' | 'wireguard';
  readonly data: Readonly<Record<string, string | number>>;
}

export function vxlanLease({ flannel }: LabHost): FlannelLease {
  return { type: 'vxlan', data: { VNI: 1, VtepMAC: flannel.mac } };
}

/** The host as the rest of the system knows it. */
export function describeHost(host: LabHost, durableDir: string, lease: FlannelLease = vxlanLease(host)): FleetHost {
  const internalIP = host.wireguard !== undefined && host.role === 'gpu' ? host.wireguard.address : host.eth0.address;
  return {
    name: host.name,
    role: host.role,
    instanceId: host.instanceId,
    durableDir,
    node: {
      name: host.name,
      labels: {
        'kubernetes.io/hostname': host.name,
        'kubernetes.io/os': 'linux',
        'restitch.dev/role': host.role,
        'restitch.dev/pool': host.pool,
        'restitch.dev/site': host.site,
        ...(host.role === 'gpu' ? { 'restitch.dev/hub': 'hub-1' } : {}),
      },
      annotations: {
        'flannel.alpha.coreos.com/backend-type': lease.type,
        'flannel.alpha.coreos.com/backend-data': JSON.stringify(lease.data),
        'flannel.alpha.coreos.com/public-ip': host.flannel.publicIp,
        'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
      },
      podCIDR: podCidr(host),
      internalIP: addressOf(internalIP),
      ...(host.providerId === undefined ? {} : { providerID: host.providerId }),
    },
  };
}
