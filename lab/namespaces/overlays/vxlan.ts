import type { FlannelLease } from '../describe-host.ts';
import { hereDocument } from '../here-document.ts';
import { externalDevice, type LabFleet, plainFleet } from '../lab-fleet.ts';
import type { LabHost } from '../lab-host.ts';
import { addressOf, externalMtuBytes, podCidr, prefixOf, sameNetwork, vtepIp } from '../topology.ts';
import { type LabOverlay, waitForLeases } from './lab-overlay.ts';

/** flannel.1 on eth0 in the VPC and on wg0 elsewhere. */
export function createVxlan(fleet: LabFleet): LabOverlay {
  return {
    backend: 'vxlan',
    hosts: fleet.hosts,
    podMtuBytes: vxlanMtuBytes,
    lease: (host) => vxlanLease(host, fleet.vxlan.vni),
    flanneld: (_names, host) => ({ start: programLeases(fleet, host), loop: waitForLeases }),
  };
}

/** flannel takes 50 bytes off its external interface's MTU, for flannel.1 and the pods. */
export function vxlanMtuBytes(host: LabHost): number {
  return externalMtuBytes(host) - 50;
}

export function vxlanLease({ flannel }: LabHost, vni = plainFleet.vxlan.vni): FlannelLease {
  return { type: 'vxlan', data: { VNI: vni, VtepMAC: flannel.mac } };
}

/**
 * What flanneld does at its start: its device unless there is one with the right VNI, port, local address and lower device
 * (flannel device.go, vxlanLinksIncompat), then every lease.
 */
function programLeases(fleet: LabFleet, host: LabHost): readonly string[] {
  const { device, vni, port } = fleet.vxlan;
  const { publicIp, local = publicIp, mac } = host.flannel;
  const dev = externalDevice(fleet, host);
  const peers = [...fleet.hosts, ...(fleet.objectsOnly ?? [])].filter((peer) => peer.name !== host.name);
  const tunnelled = peers.filter((peer) => !isDirect(fleet, host, peer));
  return [
    `if ! ip -d link show dev ${device} | grep -q 'vxlan id ${vni} local ${local} dev ${dev} .*dstport ${port} '; then`,
    `  ip link del ${device}`,
    `  ip link add ${device} address ${mac} mtu ${vxlanMtuBytes(host)} type vxlan id ${vni} dstport ${port} local ${local} dev ${dev} nolearning`,
    'fi',
    // ip.EnsureV4AddressOnLink: “link has incompatible addresses”.
    `[ "$(ip -4 -o addr show dev ${device} | wc -l)" -le 1 ] || exit 1`,
    `ip addr replace ${vtepIp(host)}/32 dev ${device}`,
    `ip link set ${device} up`,
    ...hereDocument(
      'ip -force -batch -',
      tunnelled.map((peer) => `neigh replace ${vtepIp(peer)} lladdr ${peer.flannel.mac} dev ${device} nud permanent`),
    ),
    ...hereDocument(
      'bridge -force -batch -',
      tunnelled.map(
        (peer) => `fdb replace ${peer.flannel.mac} dev ${device} dst ${peer.flannel.publicIp} self permanent`,
      ),
    ),
    ...hereDocument(
      'ip -force -batch -',
      peers.map((peer) =>
        isDirect(fleet, host, peer)
          ? `route replace ${podCidr(peer)} via ${peer.flannel.publicIp} dev ${dev}`
          : `route replace ${podCidr(peer)} via ${vtepIp(peer)} dev ${device} onlink`,
      ),
    ),
  ];
}

/**
 * Peers on the host's own Ethernet. flannel asks the kernel whether a way has a gateway (vxlan_network.go, DirectRouting); of
 * point-to-point tunnels it says no as well, but a team that lets WireGuard carry pods has no use for VXLAN.
 */
function isDirect({ vxlan }: LabFleet, host: LabHost, peer: LabHost): boolean {
  if (!vxlan.directRouting || host.flannel.dev === 'wg0') return false;
  const { address } = host.eth0;
  return sameNetwork(address, `${addressOf(peer.flannel.publicIp)}/${prefixOf(address)}`);
}
