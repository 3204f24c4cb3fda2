import type { FleetHost, FleetNode } from '../fleet.ts';

/** The routers between the hosts. */
export const routers = ['inet', 'vpc', 'nat1', 'nat2'] as const;

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
  /** Where its cable ends. Hosts that share one are in one network. */
  readonly lan: { readonly router: (typeof routers)[number]; readonly dev: string };
  /** The internet's own address at the other end of the site's uplink. */
  readonly uplink: string;
  /** An address of the internet that the VPC's router maps to the host, one to one. */
  readonly publicAddress?: string;
  /** Its part in the tunnel; cloud nodes have none, unless the overlay needs it. */
  readonly wireguard?: LabTunnel;
  /** flannel's external interface and address: what the peers' forwarding entries point to. */
  readonly flannel: {
    readonly dev: 'eth0' | 'wg0';
    readonly publicIp: string;
    /** The interface's own address, where another one is announced (`public-ip-overwrite`). */
    readonly local?: string;
    /** Of its VXLAN device. */
    readonly mac: string;
  };
  readonly podNumber: number;
  /** The network of its pods, where that is not 10.42.<podNumber>.0/24. */
  readonly podNetwork?: string;
  /** What its Node object says besides. */
  readonly node?: NodeExtras;
}

/** What teams and their tools put on a Node object that has no part in the overlay. */
export interface NodeExtras {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints?: FleetNode['taints'];
  readonly podCIDRs?: FleetNode['podCIDRs'];
  readonly images?: FleetNode['images'];
  /** Addresses besides the one that the kubelet is asked at. */
  readonly addresses?: FleetNode['addresses'];
}

/** One peer of a tunnel in which every host knows every other. */
export interface LabMeshPeer {
  readonly host: string;
  readonly endpoint: string;
  readonly allowedIps: readonly string[];
}

/** wg0 of one host. */
export interface LabTunnel {
  /** With prefix length. */
  readonly address: string;
  /** Its second address, of IPv6, with prefix length, which the fleet's own steps give it. */
  readonly address6?: string;
  readonly mtuBytes: number;
  /** Its peers and its routes where nobody is the hub: everybody listens, behind routers that pass the port on. */
  readonly mesh?: { readonly peers: readonly LabMeshPeer[]; readonly routes: readonly string[] };
  /** How a spoke and the hub know each other; the hub itself has none. */
  readonly spoke?: {
    /** Its hub's name; `hub-1` unless it says otherwise. */
    readonly hub?: string;
    /** Where the spoke finds the hub, with port. */
    readonly hubEndpoint: string;
    /** AllowedIPs of the spoke's entry for the hub. */
    readonly allowedIps: readonly string[];
    /** AllowedIPs of the hub's entry for the spoke. */
    readonly allowedIpsAtHub: readonly string[];
    /** What the spoke sends into wg0 besides the tunnel's own network. */
    readonly routes: readonly string[];
    /** As wg-quick does for `AllowedIPs = 0.0.0.0/0`: a default route in a table of its own, for all but the tunnel's own packets. */
    readonly fullTunnel?: true;
  };
}
