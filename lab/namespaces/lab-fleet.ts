import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import type { FaultStep } from '../fault.ts';
import type { LabHost } from './lab-host.ts';
import { CLUSTER_CIDR, labHosts } from './topology.ts';

/** Everything in which one fleet of the lab differs from another. `plainFleet` is the one that faults are written for. */
export interface LabFleet {
  readonly backend: OverlayName;
  /** The hub first. */
  readonly hosts: readonly LabHost[];
  /** Nodes without a host: their Node objects and the entries that flanneld makes for them on every host. Nobody answers there. */
  readonly objectsOnly?: readonly LabHost[];
  /** The network of all pods. */
  readonly clusterCidr: string;
  readonly vxlan: LabVxlan;
  /** Where `LabHost` says wg0. */
  readonly wireguardDevice: string;
  readonly labels: LabelNames;
  /** What else was done to its hosts, once it is up: another tool's devices, routes and rules, a noisy line. */
  readonly afterwards: readonly FaultStep[];
}

/** The backend's part of flannel's net-conf. */
export interface LabVxlan {
  readonly device: string;
  readonly vni: number;
  readonly port: number;
  /** Peers in the host's own network are reached over it, without VXLAN. */
  readonly directRouting: boolean;
}

/** What the team calls its Node labels. */
export interface LabelNames {
  readonly role: string;
  readonly pool: string;
  readonly site: string;
  readonly hub: string;
}

export const plainLabels: LabelNames = {
  role: 'restitch.dev/role',
  pool: 'restitch.dev/pool',
  site: 'restitch.dev/site',
  hub: 'restitch.dev/hub',
};

export const plainFleet: LabFleet = {
  backend: 'vxlan',
  hosts: labHosts,
  clusterCidr: CLUSTER_CIDR,
  vxlan: { device: 'flannel.1', vni: 1, port: 8472, directRouting: false },
  wireguardDevice: 'wg0',
  labels: plainLabels,
  afterwards: [],
};

/** The plain hosts, some of them changed. */
export function changedHosts(
  changes: Readonly<Record<string, (host: LabHost) => LabHost>>,
  hosts: readonly LabHost[] = labHosts,
): readonly LabHost[] {
  return hosts.map((host) => changes[host.name]?.(host) ?? host);
}

/** The name that flannel's external interface has on a host. */
export function externalDevice({ wireguardDevice }: LabFleet, { flannel }: LabHost): string {
  return flannel.dev === 'wg0' ? wireguardDevice : flannel.dev;
}
