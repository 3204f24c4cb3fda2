import { type FleetLabels, hubsByNode } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { entryOf, type Inventory, type InventoryEntry } from '../inventory/inventory.ts';
import type { IpFamily } from '../network/mtu.ts';
import { backendTypeOf, readLease } from '../overlay/flannel-lease.ts';
import type { DeviceSettings } from '../overlay/overlay.ts';
import type { OverlayName } from '../overlay/overlay-name.ts';
import { overlays } from '../overlay/registry.ts';
import { readVtep } from '../overlay/vxlan/vtep.ts';
import { vxlan } from '../overlay/vxlan/vxlan.ts';
import { readNativePeer } from '../overlay/wireguard-native/peer.ts';
import { wireguardNative } from '../overlay/wireguard-native/wireguard-native.ts';
import { type ExpectedWords, formatExpectedLine } from './expected-word.ts';
import { shortestSpelling } from './shortest-spelling.ts';

/** What the files are made of: the Node objects that flanneld itself uses, and the platform team's record where there is one. */
export interface ExpectedFleet {
  readonly nodes: readonly NodeObject[];
  readonly labels: FleetLabels;
  readonly inventory?: Inventory;
  readonly devices: DeviceSettings & { readonly wireguardDevice: string };
}

/** The file of one node, in two parts, because the second is nearly the same for all nodes. */
export interface ExpectedNetworkFile {
  /** `self NAME key=value …` */
  readonly self: string;
  /** `peer NAME key=value …` of every node of the overlay by name, the node itself included: one value for all of them. */
  readonly members: ReadonlyMap<string, string>;
}

/** The file `expected-network` of every node whose overlay Restitch knows, by node. docs/watchdog.md has the format. */
export function expectedNetworkFiles(fleet: ExpectedFleet): ReadonlyMap<string, ExpectedNetworkFile> {
  const hubs = fleet.inventory === undefined ? hubsByNode(fleet.nodes, fleet.labels) : undefined;
  const files = new Map<string, ExpectedNetworkFile>();
  for (const { name: overlay, backendType } of Object.values(overlays)) {
    const nodes = fleet.nodes
      .filter((node) => backendTypeOf(node) === backendType)
      .toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
    const words = nodes.map((node) => ({ node, place: placeWords(node, fleet), lease: leaseWords(node) }));
    const members = new Map(
      words.map(({ node: { metadata }, place, lease }) => [
        metadata.name,
        formatExpectedLine('peer', metadata.name, { ...place, ...lease }),
      ]),
    );
    for (const { node, place, lease } of words) {
      const { name, labels } = node.metadata;
      const hub = hubs === undefined ? recordOf(fleet, name)?.hub : hubs.get(name);
      const own = { ...deviceWords(node, overlay, fleet), ...place, pool: labels[fleet.labels.pool], hub, ...lease };
      files.set(name, { self: formatExpectedLine('self', name, own), members });
    }
  }
  return files;
}

/** The text of one node's file: its own line, then one for each peer. */
export function formatExpectedNetwork(name: string, { self, members }: ExpectedNetworkFile): string {
  const peers = [...members].flatMap(([peer, said]) => (peer === name ? [] : [said]));
  return [self, ...peers, ''].join('\n');
}

/** The text of one node's file. Throws when the node is not among the Node objects or runs no overlay that Restitch knows. */
export function expectedNetworkFile(about: string, fleet: ExpectedFleet): string {
  const file = expectedNetworkFiles(fleet).get(about);
  if (file === undefined) throw new Error(`${about} has no overlay that Restitch knows`);
  return formatExpectedNetwork(about, file);
}

function deviceWords(node: NodeObject, overlay: OverlayName, fleet: ExpectedFleet): ExpectedWords {
  const tunnelled = recordOf(fleet, node.metadata.name)?.tunnelAddress !== undefined;
  const vtep = readVtep(node, 'ipv4');
  const devices: Readonly<Record<OverlayName, string | null>> = {
    vxlan: vxlan.device(fleet.devices, 'ipv4'),
    'wireguard-native': wireguardNative.device(fleet.devices, 'ipv4'),
    'host-gw': null,
  };
  const hasIpv6Device = overlay === 'vxlan' && readVtep(node, 'ipv6') instanceof Object;
  return {
    overlay,
    device: devices[overlay] ?? undefined,
    device6: hasIpv6Device ? (vxlan.device(fleet.devices, 'ipv6') ?? undefined) : undefined,
    tunnel: tunnelled ? fleet.devices.wireguardDevice : undefined,
    vni: overlay === 'vxlan' && vtep instanceof Object ? vtep.vni : undefined,
  };
}

function placeWords({ metadata: { name, labels } }: NodeObject, fleet: ExpectedFleet): ExpectedWords {
  return {
    site: labels[fleet.labels.site],
    role: labels[fleet.labels.role],
    tunneladdress: recordOf(fleet, name)?.tunnelAddress,
  };
}

function recordOf({ inventory }: ExpectedFleet, name: string): InventoryEntry | undefined {
  return inventory === undefined ? undefined : entryOf(inventory, name);
}

/** Addresses are spelled as the kernel's tools print them, because the watchdog compares texts. */
function leaseWords(node: NodeObject): ExpectedWords {
  const data = (family: IpFamily) => {
    const lease = readLease(node, family);
    const vtep = readVtep(node, family);
    return lease instanceof Object
      ? {
          ip: shortestSpelling(lease.member.publicIp),
          pods: shortestSpelling(lease.member.podCidr),
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
