import { deviceWith } from '../../evidence/device-with.ts';
import { sees } from '../../evidence/evidence.ts';
import type { Link, NodeEvidence } from '../../evidence/node-evidence.ts';
import { destinationsOf, neighbourAt } from '../../evidence/overlay-entries.ts';
import { routeTo } from '../../evidence/routes.ts';
import { bareAddress, normalizeMac, sameIp } from '../../network/address.ts';
import type { Drift } from '../drift.ts';
import type { HostView } from '../overlay.ts';
import type { OverlayConfig } from '../overlay-config.ts';
import { otherRoute, shadowsOf, withoutRoute } from '../route-drift.ts';
import { directDevice, isDirect, isDisputed } from './direct-routing.ts';
import type { VxlanVtep } from './vtep.ts';

/**
 * What differs on a host of a VXLAN overlay. With the device gone its entries are gone too and not listed.
 *
 * STALE or REACHABLE neighbours with the right MAC are harmless (they forward, and become REACHABLE by unicast ARP);
 * FAILED and INCOMPLETE hold no MAC and count as missing.
 */
export function findVxlanDrift({ self, peers, config, measured, device }: HostView<VxlanVtep>): readonly Drift[] {
  const host = self.node;
  if (device === null || !sees(measured, 'links')) return [];
  const link = measured.links.find((candidate) => candidate.name === device);
  if (link === undefined) return [{ type: 'device-missing', host, device }];
  const drifts = [...deviceDrift(host, link, self, config, measured)];
  for (const peer of peers) {
    if (config.directRouting !== false && isDirect(measured, device, peer)) continue;
    if (sees(measured, 'routes') && directDevice(config, self, peer, measured) !== undefined) {
      drifts.push(...directRouteDrift(host, peer, measured));
      continue;
    }
    if (isDisputed(config, self, peer, measured)) {
      if (sees(measured, 'routes')) drifts.push(withoutRoute(host, peer, measured));
      continue;
    }
    if (sees(measured, 'neighbours')) drifts.push(...neighbourDrift(host, peer, measured));
    if (sees(measured, 'fdb')) drifts.push(...fdbDrift(host, peer, measured));
    if (sees(measured, 'routes')) drifts.push(...routeDrift(host, peer, measured, device));
  }
  return drifts;
}

function deviceDrift(
  host: string,
  link: Link,
  self: VxlanVtep,
  { port }: OverlayConfig,
  measured: NodeEvidence,
): readonly Drift[] {
  const device = link.name;
  const drifts: Drift[] = link.up ? [] : [{ type: 'device-down', host, device }];
  const wrong = (attribute: 'vni' | 'port' | 'local' | 'mac', expected: string, actual: string | null) =>
    drifts.push({ type: 'device-wrong', host, device, attribute, expected, actual: actual ?? 'none' });
  if (link.mac === null || normalizeMac(link.mac) !== self.vtepMac) wrong('mac', self.vtepMac, link.mac);
  if (link.up && sees(measured, 'addresses') && !hasAddress(measured, device, self.overlayIp))
    drifts.push({ type: 'address-missing', host, device, expected: self.overlayIp });
  const { vxlan } = link;
  if (vxlan === null) return drifts;
  if (vxlan.vni !== self.vni) wrong('vni', String(self.vni), String(vxlan.vni));
  if (port !== null && vxlan.port !== port) wrong('port', String(port), String(vxlan.port));
  if (!isOwnLocal(vxlan, self, measured)) wrong('local', self.publicIp, vxlan.local);
  return drifts;
}

function hasAddress({ addresses }: NodeEvidence, device: string, address: string): boolean {
  return addresses.some(([dev, text]) => dev === device && sameIp(bareAddress(text), address));
}

/**
 * flannel takes the device's local address from its external interface and announces another one where it is told to
 * (`public-ip-overwrite`, 1:1 NAT). The announced address must be the local one only where the host has it at all.
 */
function isOwnLocal({ local, dev }: Vxlan, { publicIp }: VxlanVtep, measured: NodeEvidence): boolean {
  if (local !== null && sameIp(local, publicIp)) return true;
  if (!sees(measured, 'addresses')) return true;
  if (local === null || deviceWith(measured, publicIp) !== undefined) return false;
  return deviceWith(measured, local) === dev;
}

type Vxlan = NonNullable<Link['vxlan']>;

function neighbourDrift(host: string, peer: VxlanVtep, measured: NodeEvidence): readonly Drift[] {
  const mac = neighbourAt(measured.neighbours, peer.overlayIp)?.[1] ?? null;
  if (mac === null) return [{ type: 'neighbour-missing', host, peer: peer.node }];
  if (mac === peer.vtepMac || normalizeMac(mac) === peer.vtepMac) return [];
  return [{ type: 'neighbour-wrong', host, peer: peer.node, actual: mac }];
}

function fdbDrift(host: string, peer: VxlanVtep, measured: NodeEvidence): readonly Drift[] {
  const destinations = destinationsOf(measured.fdb, peer.vtepMac);
  if (destinations.length === 0) return [{ type: 'fdb-missing', host, peer: peer.node }];
  if (destinations.every((dst) => sameIp(dst, peer.publicIp))) return [];
  return [{ type: 'fdb-wrong', host, peer: peer.node, actual: destinations }];
}

/** A peer's pods are reached by its own route alone: a narrower one shadows it, a wider one catches what it no longer holds. */
function routeDrift(host: string, peer: VxlanVtep, measured: NodeEvidence, device: string): readonly Drift[] {
  const shadows = shadowsOf(host, peer, measured, device);
  const row = routeTo(measured.routes, peer.podCidr);
  if (row === undefined) return [...shadows, withoutRoute(host, peer, measured)];
  const [, gateway, dev] = row;
  if (dev === device && gateway !== null && sameIp(gateway, peer.overlayIp)) return shadows;
  return [...shadows, otherRoute(host, peer, row, measured)];
}

/** A neighbour of a fleet with DirectRouting has no entry on the device: all that can be wrong is its route. */
function directRouteDrift(host: string, peer: VxlanVtep, measured: NodeEvidence): readonly Drift[] {
  const row = routeTo(measured.routes, peer.podCidr);
  return [row === undefined ? withoutRoute(host, peer, measured) : otherRoute(host, peer, row, measured)];
}
