import { assertNever } from '../../assert-never.ts';
import { deviceWith } from '../../evidence/device-with.ts';
import type { Operation } from '../../grammar/operation.ts';
import type { Drift } from '../drift.ts';
import { memberNamed } from '../member.ts';
import type { HostWork } from '../overlay.ts';
import { directDevice, isBesideOverlay, isDisputed } from './direct-routing.ts';
import { vxlanHeaderBytes } from './mtu.ts';
import type { VxlanVtep } from './vtep.ts';

/** The entry that differs, as flanneld makes it. */
export function mendVxlan(drift: Drift, work: HostWork<VxlanVtep>): readonly Operation[] {
  const { self, peers, device } = work;
  if (device === null) return [];
  if (drift.type === 'device-down') return linkUp(self, device);
  if (drift.type === 'address-missing') return [ownAddress(self, device)];
  if (!('peer' in drift)) return [];
  const peer = memberNamed(peers, drift.peer);
  if (peer === undefined) return [];
  switch (drift.type) {
    case 'neighbour-missing':
    case 'neighbour-wrong':
      return [neighbour(peer, device)];
    case 'fdb-missing':
    case 'fdb-wrong':
      return [forwarding(peer, device)];
    case 'route-missing':
    case 'route-wrong':
      return wantedRoute(peer, work, device);
    case 'route-shadowed':
      return [{ op: 'route del', cidr: drift.destination, dev: drift.device }];
    case 'network-overlap':
    case 'peer-missing':
    case 'peer-key-wrong':
    case 'allowed-ips-missing':
      return [];
    default:
      return assertNever(drift);
  }
}

/** The device as flanneld makes it, and all that belongs on it. */
export function rebuildVxlan(work: HostWork<VxlanVtep>): readonly Operation[] {
  const { self, config, device, readings } = work;
  const measured = readings(self.node);
  const under = measured && deviceWith(measured, self.publicIp);
  const underMtu = measured?.links.find(({ name }) => name === under)?.mtuBytes;
  const { port } = config;
  if (device === null || measured === undefined || under === undefined || underMtu === undefined || port === null)
    return [];
  return [
    {
      op: 'vxlan create',
      dev: device,
      vni: self.vni,
      port,
      local: self.publicIp,
      under,
      mac: self.vtepMac,
      mtuBytes: underMtu - vxlanHeaderBytes(self.family),
    },
    { op: 'link up', dev: device },
    ownAddress(self, device),
    ...vxlanEntries(work),
  ];
}

/** Neighbour, forwarding entry and route of every peer that the host reaches through the overlay. */
export function vxlanEntries({ self, peers, config, device, readings }: HostWork<VxlanVtep>): readonly Operation[] {
  if (device === null) return [];
  const measured = readings(self.node);
  const through = peers.filter(
    (peer) => measured === undefined || !isBesideOverlay(config, self, peer, measured, device),
  );
  const entries = through.flatMap((peer) => [neighbour(peer, device), forwarding(peer, device), route(peer, device)]);
  // A device that goes down keeps its IPv4 addresses and loses those of IPv6.
  return [...(self.family === 'ipv6' ? [ownAddress(self, device)] : []), ...entries];
}

function linkUp(self: VxlanVtep, device: string): readonly Operation[] {
  return [{ op: 'link up', dev: device }, ...(self.family === 'ipv6' ? [ownAddress(self, device)] : [])];
}

function ownAddress({ overlayIp, family }: VxlanVtep, dev: string): Operation {
  return { op: 'addr replace', address: `${overlayIp}/${family === 'ipv4' ? 32 : 128}`, dev };
}

function neighbour(peer: VxlanVtep, dev: string): Operation {
  return { op: 'neigh replace', ip: peer.overlayIp, mac: peer.vtepMac, dev };
}

function forwarding(peer: VxlanVtep, dev: string): Operation {
  return { op: 'fdb replace', mac: peer.vtepMac, dst: peer.publicIp, dev };
}

/** Empty: nobody knows which way it is. */
function wantedRoute(
  peer: VxlanVtep,
  { self, config, readings }: HostWork<VxlanVtep>,
  device: string,
): readonly Operation[] {
  const measured = readings(self.node);
  if (measured !== undefined && isDisputed(config, self, peer, measured)) return [];
  const direct = measured && directDevice(config, self, peer, measured);
  return direct === undefined
    ? [route(peer, device)]
    : [{ op: 'route replace', cidr: peer.podCidr, via: peer.publicIp, dev: direct }];
}

function route(peer: VxlanVtep, dev: string): Operation {
  return { op: 'route replace', cidr: peer.podCidr, via: peer.overlayIp, dev };
}
