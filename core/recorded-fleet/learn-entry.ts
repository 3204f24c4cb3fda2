import { type Evidence, measuredBy, readingOf } from '../evidence/evidence.ts';
import { type FleetLabels, findNode, hubOf } from '../evidence/fleet-map.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { hasWholeKey, sameKey } from '../evidence/wireguard-peer.ts';
import type { FaultClass } from '../fault-class.ts';
import type { InventoryEntry } from '../inventory/inventory.ts';
import { parseIp, sameIp } from '../network/address.ts';
import { parseCidr } from '../network/cidr.ts';

/** What one look at a healthy node teaches, or why nothing is taken from it. */
export type Lesson =
  | {
      readonly type: 'learnt';
      readonly entry: InventoryEntry;
      /** The network of its tunnel device, by address and prefix; undefined without a device. */
      readonly tunnelNetwork: string | undefined;
    }
  | { readonly type: 'refused'; readonly reason: string };

/** What the look's diagnosis says. */
export interface Verdict {
  readonly class: FaultClass;
  readonly cause: string;
}

/** The entry of the look's target. A node that is not healthy teaches nothing: what it shows may be the fault. */
export function learnEntry(evidence: Evidence, verdict: Verdict, labels: FleetLabels): Lesson {
  if (verdict.class !== 'healthy') return refused(`it is not healthy: ${verdict.class} (${verdict.cause})`);
  const node = findNode(evidence.nodes, evidence.target.node);
  const reading = readingOf(evidence, 'node');
  const measured = measuredBy(reading);
  if (node === undefined || measured === undefined) return refused('it could not be read');
  const hub = hubOf(evidence.nodes, node, labels)?.metadata.name;
  const tunnel = tunnelOf(measured, evidence.wireguardDevice);
  const allowed = tunnel?.publicKey === undefined || hub === undefined ? [] : allowedAt(evidence, tunnel.publicKey);
  if (allowed === undefined) return refused(`${hub} could not be read, or prints no whole peer with its key`);
  return {
    type: 'learnt',
    tunnelNetwork: tunnel?.network,
    entry: {
      tunnelAddress: tunnel?.address,
      announcedAddress: announcedBeside(node, tunnel?.address),
      publicKey: tunnel?.publicKey,
      hub: tunnel === undefined ? undefined : hub,
      site: node.metadata.labels[labels.site],
      pool: node.metadata.labels[labels.pool],
      instance: reading?.instance,
      allowedNetworks: [...allowed],
    },
  };
}

function refused(reason: string): Lesson {
  return { type: 'refused', reason };
}

interface Tunnel {
  readonly address: string;
  readonly network: string;
  readonly publicKey: string | undefined;
}

/** Its first address decides, IPv4 before IPv6. */
function tunnelOf({ addresses, wireguard }: NodeEvidence, device: string): Tunnel | undefined {
  const own = addresses.filter(([name]) => name === device).map(([, text]) => text);
  const network = own.find((text) => parseCidr(text)?.network.version === 4) ?? own[0];
  const [address] = network?.split('/') ?? [];
  if (network === undefined || address === undefined) return undefined;
  return { address, network, publicKey: wireguard?.publicKey ?? undefined };
}

/** AllowedIPs of the hub's entry for the key; undefined when there is none to see. */
function allowedAt(evidence: Evidence, publicKey: string): readonly string[] | undefined {
  const peers = measuredBy(readingOf(evidence, 'hub'))?.wireguard?.peers ?? [];
  return peers.find((peer) => hasWholeKey(peer) && sameKey(peer.publicKey, publicKey))?.allowedIps;
}

const PUBLIC_IP = 'flannel.alpha.coreos.com/public-ip';

function announcedBeside({ metadata }: NodeObject, tunnelAddress: string | undefined): string | undefined {
  const said = metadata.annotations[PUBLIC_IP];
  if (said === undefined || parseIp(said) === undefined) return undefined;
  return tunnelAddress !== undefined && sameIp(said, tunnelAddress) ? undefined : said;
}
