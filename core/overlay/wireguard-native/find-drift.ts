import { sees } from '../../evidence/evidence.ts';
import type { NodeEvidence } from '../../evidence/node-evidence.ts';
import { routeNotNarrower } from '../../evidence/routes.ts';
import { peerCarryingAll, peerWithKey, sameKey } from '../../evidence/wireguard-peer.ts';
import type { Drift } from '../drift.ts';
import type { HostView } from '../overlay.ts';
import { shadowsOf, withoutRoute } from '../route-drift.ts';
import type { NativePeer } from './peer.ts';

type WireGuard = NonNullable<NodeEvidence['flannelWireGuard']>;

/**
 * What differs on a host whose overlay is flannel's own WireGuard. Neighbours and forwarding entries do not exist there. With
 * the device gone its peers and its route are gone too and not listed.
 */
export function findNativeDrift({ self, peers, measured, device, inFocus }: HostView<NativePeer>): readonly Drift[] {
  const host = self.node;
  if (device === null || !sees(measured, 'links')) return [];
  const link = measured.links.find((candidate) => candidate.name === device);
  if (link === undefined) return [{ type: 'device-missing', host, device }];
  const { flannelWireGuard } = measured;
  const all = sees(measured, 'wireguard-others');
  return [
    ...(link.up ? [] : [{ type: 'device-down' as const, host, device }]),
    ...(isHung(measured) ? [{ type: 'device-hung' as const, host, device }] : []),
    ...(flannelWireGuard === null ? [] : keyDrift(self, flannelWireGuard)),
    ...peers.flatMap((peer) => [
      ...(flannelWireGuard === null ? [] : peerDrift(host, peer, flannelWireGuard, all || inFocus.includes(peer.node))),
      ...(sees(measured, 'routes') ? routeDrift(host, peer, measured, device) : []),
    ]),
  ];
}

/** Only a userspace WireGuard can hang. */
function isHung({ unseen }: NodeEvidence): boolean {
  return unseen.some(({ what, why }) => what === 'flannel-wireguard' && why === 'timeout');
}

/** The key that the others know the host by, against the one that it uses. */
function keyDrift({ node, publicKey }: NativePeer, wireguard: WireGuard): readonly Drift[] {
  const actual = wireguard.publicKey;
  if (actual !== null && sameKey(actual, publicKey)) return [];
  const { interface: device } = wireguard;
  return [
    { type: 'device-wrong', host: node, device, attribute: 'key', expected: publicKey, actual: actual ?? 'none' },
  ];
}

function peerDrift(host: string, peer: NativePeer, wireguard: WireGuard, listed: boolean): readonly Drift[] {
  const about = { host, peer: peer.node };
  const entry = peerWithKey(wireguard.peers, peer.publicKey);
  if (entry !== undefined)
    return peerCarryingAll(entry, peer.podCidr)
      ? []
      : [{ type: 'allowed-ips-missing', ...about, actual: entry.allowedIps }];
  const other = wireguard.peers.find((candidate) => peerCarryingAll(candidate, peer.podCidr));
  if (other !== undefined) return [{ type: 'peer-key-wrong', ...about, actual: other.publicKey }];
  // A reading that left the peer out, when it is there, is no proof that it is missing.
  return listed ? [{ type: 'peer-missing', ...about }] : [];
}

/** flannel makes one route for the pods of all: a peer's pods need any that leads into the device, and none narrower elsewhere. */
function routeDrift(host: string, peer: NativePeer, measured: NodeEvidence, device: string): readonly Drift[] {
  const shadows = shadowsOf(host, peer, measured, device);
  const way = routeNotNarrower(measured.routes, peer.podCidr, peer.overlayIp);
  return way?.device === device ? shadows : [...shadows, withoutRoute(host, peer, measured)];
}
