import { type FleetLabels, hubsByNode } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { IpFamily } from '../../core/network/mtu.ts';
import { backendTypeOf, readLease } from '../../core/overlay/flannel-lease.ts';
import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import { overlays } from '../../core/overlay/registry.ts';
import { readVtep } from '../../core/overlay/vxlan/vtep.ts';
import { readNativePeer } from '../../core/overlay/wireguard-native/peer.ts';

/** What the file is made of: the Node objects that flanneld itself uses, and the platform team's record where there is one. */
export interface ExpectedFleet {
  readonly nodes: readonly NodeObject[];
  readonly labels: FleetLabels;
  readonly inventory?: Inventory;
  /** Names of devices; flannel's by the overlay. */
  readonly devices: Readonly<Record<OverlayName, string>> & { readonly tunnel: string; readonly vxlanV6: string };
  /** UDP port of the VXLAN devices; not given: the watchdog does not judge it. */
  readonly vxlanPort?: number;
}

type Words = Readonly<Record<string, string | number | undefined>>;

/**
 * The file `expected-network` for one node: `self NAME key=value …`, then `peer NAME key=value …` for every other node of its
 * overlay. Throws when the node is not among the Node objects or runs no overlay that Restitch knows.
 */
export function expectedNetworkFile(about: string, fleet: ExpectedFleet): string {
  const node = fleet.nodes.find(({ metadata }) => metadata.name === about);
  const type = backendTypeOf(node);
  const overlay = Object.values(overlays).find(({ backendType }) => backendType === type)?.name;
  if (node === undefined || overlay === undefined) throw new Error(`${about} has no overlay that Restitch knows`);
  const peers = fleet.nodes.filter((peer) => peer !== node && backendTypeOf(peer) === type);
  return [
    '# What this node’s overlay must look like. Written from the Node objects; docs/watchdog.md has the format.',
    line('self', about, { ...selfWords(node, overlay, fleet), ...leaseWords(node) }),
    ...peers.map((peer) => line('peer', peer.metadata.name, { ...placeWords(peer, fleet), ...leaseWords(peer) })),
    '',
  ].join('\n');
}

function selfWords(node: NodeObject, overlay: OverlayName, fleet: ExpectedFleet): Words {
  const { name, labels } = node.metadata;
  const recorded = fleet.inventory?.nodes[name];
  const hub = fleet.inventory === undefined ? hubsByNode(fleet.nodes, fleet.labels).get(name) : recorded?.hub;
  const vtep = readVtep(node, 'ipv4');
  return {
    overlay,
    device: fleet.devices[overlay],
    device6: overlay === 'vxlan' && readVtep(node, 'ipv6') instanceof Object ? fleet.devices.vxlanV6 : undefined,
    tunnel: recorded?.tunnelAddress === undefined ? undefined : fleet.devices.tunnel,
    vni: overlay === 'vxlan' && vtep instanceof Object ? vtep.vni : undefined,
    port: overlay === 'vxlan' ? fleet.vxlanPort : undefined,
    ...placeWords(node, fleet),
    pool: labels[fleet.labels.pool],
    hub,
  };
}

function placeWords({ metadata: { name, labels } }: NodeObject, fleet: ExpectedFleet): Words {
  return {
    site: labels[fleet.labels.site],
    role: labels[fleet.labels.role],
    tunneladdress: fleet.inventory?.nodes[name]?.tunnelAddress,
  };
}

function leaseWords(node: NodeObject): Words {
  const data = (family: IpFamily) => {
    const lease = readLease(node, family);
    const vtep = readVtep(node, family);
    return lease instanceof Object
      ? {
          ip: lease.member.publicIp,
          pods: lease.member.podCidr,
          mac: vtep instanceof Object ? vtep.vtepMac : undefined,
        }
      : undefined;
  };
  const [first, second] = [data('ipv4'), data('ipv6')];
  const native = readNativePeer(node, 'ipv4');
  return {
    ...first,
    key: native instanceof Object ? native.publicKey : undefined,
    ip6: second?.ip,
    pods6: second?.pods,
    mac6: second?.mac,
  };
}

/** A value with a blank would be read as two words: it is left out. */
function line(kind: 'self' | 'peer', name: string, words: Words): string {
  const said = Object.entries(words).flatMap(([key, value]) =>
    value === undefined || /\s/.test(String(value)) || value === '' ? [] : [`${key}=${value}`],
  );
  return [kind, name, ...said].join(' ');
}
