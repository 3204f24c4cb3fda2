import { deviceWith } from '../../evidence/device-with.ts';
import { seesAll } from '../../evidence/evidence.ts';
import type { NodeEvidence } from '../../evidence/node-evidence.ts';
import { forwardsTo, isResolved } from '../../evidence/overlay-entries.ts';
import { lookUpRoute, routesTo } from '../../evidence/routes.ts';
import { peerCarryingAll } from '../../evidence/wireguard-peer.ts';
import { sameIp } from '../../network/address.ts';
import type { Member } from '../member.ts';
import type { OverlayConfig } from '../overlay-config.ts';

/**
 * The peer's pods are reached through the peer itself, beside the overlay: what flannel's option DirectRouting makes for nodes
 * of one network. Such a peer needs no neighbour and no forwarding entry.
 */
export function isDirect({ routes }: NodeEvidence, device: string | null, { podCidr, publicIp }: Member): boolean {
  return routesTo(routes, podCidr).some(
    ([, gateway, dev]) => dev !== device && gateway !== null && sameIp(gateway, publicIp),
  );
}

/**
 * The device through which flannel must reach the peer directly: the fleet has DirectRouting, and the peer is a neighbour on
 * flannel's external interface (flannel pkg/ip/iface.go, DirectRouting). Undefined: it goes through the overlay, or
 * nobody could tell.
 */
export function directDevice(
  { directRouting }: OverlayConfig,
  self: Member,
  peer: Member,
  measured: NodeEvidence,
): string | undefined {
  return directRouting === true ? neighbourDevice(self, peer, measured) : undefined;
}

/** The host's external interface where the peer is a neighbour on it. Not a tunnel that does not carry the peer's pods. */
export function neighbourDevice(self: Member, peer: Member, measured: NodeEvidence): string | undefined {
  const way = lookUpRoute(measured.routes, peer.publicIp);
  if (way === undefined || way.gateway !== null) return undefined;
  const device = deviceWith(measured, self.publicIp);
  if (way.device !== device) return undefined;
  const { wireguard } = measured;
  const carries =
    wireguard?.interface !== device || wireguard.peers.some((each) => peerCarryingAll(each, peer.podCidr));
  return carries ? device : undefined;
}

/**
 * Hosts disagree whether the fleet has DirectRouting, or it has and this host could not see whether the peer is its neighbour; and the
 * host has nothing about the peer that would tell.
 */
export function isDisputed(
  { directRouting }: OverlayConfig,
  self: Member,
  peer: Member,
  measured: NodeEvidence,
): boolean {
  if (directRouting !== 'disputed' && directRouting !== true) return false;
  const isOpen = seesAll(measured, ['addresses', 'routes'])
    ? directRouting === 'disputed' && neighbourDevice(self, peer, measured) !== undefined
    : true;
  return isOpen && routesTo(measured.routes, peer.podCidr).length === 0 && !isInOverlay(measured, peer);
}

/** The peer is no business of flannel's device on this host, or nobody knows whether it is. */
export function isBesideOverlay(
  config: OverlayConfig,
  self: Member,
  peer: Member,
  measured: NodeEvidence,
  device: string,
): boolean {
  return (
    (config.directRouting !== false && isDirect(measured, device, peer)) ||
    directDevice(config, self, peer, measured) !== undefined ||
    isDisputed(config, self, peer, measured)
  );
}

/**
 * What a host shows of DirectRouting: true where it reaches a neighbour directly, false where it does so through the overlay. Tunnels
 * tell nothing: flannel's external interface may be one without the option's routes working there.
 */
export function directVotes(
  measured: NodeEvidence,
  members: readonly Member[],
  device: string | null,
): readonly boolean[] {
  const self = members.find(({ publicIp }) => deviceWith(measured, publicIp) !== undefined);
  if (self === undefined || device === null) return [];
  const neighbours = members.filter(
    (peer) => peer !== self && isBesideTunnel(neighbourDevice(self, peer, measured), measured),
  );
  return neighbours.flatMap((peer) => {
    if (isDirect(measured, device, peer)) return [true];
    return isInOverlay(measured, peer) ? [false] : [];
  });
}

function isBesideTunnel(device: string | undefined, { links }: NodeEvidence): boolean {
  const kind = links.find(({ name }) => name === device)?.kind;
  return device !== undefined && kind !== 'wireguard' && kind !== 'tun';
}

function isInOverlay({ fdb, neighbours }: NodeEvidence, { publicIp, overlayIp }: Member): boolean {
  return forwardsTo(fdb, publicIp) || isResolved(neighbours, overlayIp);
}
