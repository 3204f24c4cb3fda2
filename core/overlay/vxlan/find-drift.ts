import { sees } from '../../evidence/evidence.ts';
import type { Link, NodeEvidence } from '../../evidence/node-evidence.ts';
import { normalizeMac, sameIp } from '../../network/address.ts';
import { sameCidr } from '../../network/cidr.ts';
import type { Drift } from '../drift.ts';
import type { HostView } from '../overlay.ts';
import { shadowsOf, withoutRoute } from '../route-drift.ts';
import { FLANNEL_VXLAN_PORT, type VxlanVtep } from './vtep.ts';

/**
 * What differs on a host of a VXLAN overlay. With the device gone its entries are gone too and not listed.
 *
 * STALE or REACHABLE neighbours with the right MAC are harmless (they forward, and become REACHABLE by unicast ARP);
 * FAILED and INCOMPLETE hold no MAC and count as missing.
 */
export function findVxlanDrift({ self, peers, measured, device }: HostView<VxlanVtep>): readonly Drift[] {
  const host = self.node;
  if (device === null || !sees(measured, 'links')) return [];
  const link = measured.links.find((candidate) => candidate.name === device);
  if (link === undefined) return [{ type: 'device-missing', host, device }];
  const drifts = [...deviceDrift(host, link, self)];
  for (const peer of peers) {
    if (sees(measured, 'neighbours')) drifts.push(...neighbourDrift(host, peer, measured));
    if (sees(measured, 'fdb')) drifts.push(...fdbDrift(host, peer, measured));
    if (sees(measured, 'routes')) drifts.push(...routeDrift(host, peer, measured, device));
  }
  return drifts;
}

function deviceDrift(host: string, link: Link, self: VxlanVtep): readonly Drift[] {
  const device = link.name;
  const drifts: Drift[] = link.up ? [] : [{ type: 'device-down', host, device }];
  const wrong = (attribute: 'vni' | 'port' | 'local' | 'mac', expected: string, actual: string | null) =>
    drifts.push({ type: 'device-wrong', host, device, attribute, expected, actual: actual ?? 'none' });
  if (link.mac === null || normalizeMac(link.mac) !== self.vtepMac) wrong('mac', self.vtepMac, link.mac);
  const { vxlan } = link;
  if (vxlan === null) return drifts;
  if (vxlan.vni !== self.vni) wrong('vni', String(self.vni), String(vxlan.vni));
  if (vxlan.port !== FLANNEL_VXLAN_PORT) wrong('port', String(FLANNEL_VXLAN_PORT), String(vxlan.port));
  if (vxlan.local === null || !sameIp(vxlan.local, self.publicIp)) wrong('local', self.publicIp, vxlan.local);
  return drifts;
}

function neighbourDrift(host: string, peer: VxlanVtep, measured: NodeEvidence): readonly Drift[] {
  const row = measured.neighbours.find(([ip]) => sameIp(ip, peer.overlayIp));
  const mac = row?.[1] ?? null;
  if (mac === null) return [{ type: 'neighbour-missing', host, peer: peer.node }];
  if (normalizeMac(mac) === peer.vtepMac) return [];
  return [{ type: 'neighbour-wrong', host, peer: peer.node, actual: mac }];
}

function fdbDrift(host: string, peer: VxlanVtep, measured: NodeEvidence): readonly Drift[] {
  const destinations = measured.fdb.filter(([mac]) => normalizeMac(mac) === peer.vtepMac).map(([, dst]) => dst);
  if (destinations.length === 0) return [{ type: 'fdb-missing', host, peer: peer.node }];
  if (destinations.every((dst) => sameIp(dst, peer.publicIp))) return [];
  return [{ type: 'fdb-wrong', host, peer: peer.node, actual: destinations }];
}

/** A peer's pods are reached by its own route alone: a narrower one shadows it, a wider one catches what it no longer holds. */
function routeDrift(host: string, peer: VxlanVtep, measured: NodeEvidence, device: string): readonly Drift[] {
  const shadows = shadowsOf(host, peer, measured, device);
  const row = measured.routes.find(([destination]) => sameCidr(destination, peer.podCidr));
  if (row === undefined) return [...shadows, withoutRoute(host, peer, measured)];
  const [, gateway, dev] = row;
  if (dev === device && gateway !== null && sameIp(gateway, peer.overlayIp)) return shadows;
  const actual = `via ${gateway ?? 'nothing'} dev ${dev}`;
  return [...shadows, { type: 'route-wrong', host, peer: peer.node, actual }];
}
