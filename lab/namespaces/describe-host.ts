import type { FleetHost } from '../fleet.ts';
import { type LabelNames, plainLabels } from './lab-fleet.ts';
import type { LabHost } from './lab-host.ts';
import { addressOf, podCidr } from './topology.ts';

/** What flanneld writes into the Node object besides its public address, in its own names; null: the backend has no data. */
export interface FlannelLease {
  readonly type: 'vxlan' | 'wireguard' | 'host-gw';
  readonly data: Readonly<Record<string, string | number>> | null;
}

/** The host as the rest of the system knows it. */
export function describeHost(
  host: LabHost,
  durableDir: string,
  lease: FlannelLease,
  labels: LabelNames = plainLabels,
): FleetHost {
  const internalIP = host.wireguard !== undefined && host.role === 'gpu' ? host.wireguard.address : host.eth0.address;
  const { node = {}, wireguard } = host;
  const spoke = wireguard?.spoke;
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
        [labels.role]: host.role,
        [labels.pool]: host.pool,
        [labels.site]: host.site,
        ...(spoke === undefined ? {} : { [labels.hub]: spoke.hub ?? 'hub-1' }),
        ...node.labels,
      },
      annotations: {
        'flannel.alpha.coreos.com/backend-type': lease.type,
        'flannel.alpha.coreos.com/backend-data': JSON.stringify(lease.data),
        'flannel.alpha.coreos.com/public-ip': host.flannel.publicIp,
        // Where a backend has one key or none for both families; the variant says what another has.
        ...(node.annotations?.['flannel.alpha.coreos.com/public-ipv6'] === undefined
          ? {}
          : { 'flannel.alpha.coreos.com/backend-v6-data': JSON.stringify(lease.data) }),
        'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
        ...node.annotations,
      },
      podCIDR: podCidr(host),
      internalIP: addressOf(internalIP),
      ...(host.providerId === undefined ? {} : { providerID: host.providerId }),
      ...(node.addresses === undefined ? {} : { addresses: node.addresses }),
      ...(node.podCIDRs === undefined ? {} : { podCIDRs: node.podCIDRs }),
      ...(node.images === undefined ? {} : { images: node.images }),
      ...(node.taints === undefined ? {} : { taints: node.taints }),
    },
  };
}
