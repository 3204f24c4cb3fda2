import type { FlannelLease } from '../describe-host.ts';
import { hereDocument } from '../here-document.ts';
import { addressOf, externalMtuBytes, type LabHost, labHosts, podCidr, vtepIp } from '../topology.ts';
import { type LabOverlay, waitForLeases } from './lab-overlay.ts';

/** flannel.1 on eth0 in the VPC and on wg0 elsewhere. */
export const vxlan: LabOverlay = {
  backend: 'vxlan',
  hosts: labHosts,
  podMtuBytes: vxlanMtuBytes,
  lease: vxlanLease,
  flanneld: (_names, host) => ({ start: programLeases(host), loop: waitForLeases }),
};

/** flannel takes 50 bytes off its external interface's MTU, for flannel.1 and the pods. */
export function vxlanMtuBytes(host: LabHost): number {
  return externalMtuBytes(host) - 50;
}

export function vxlanLease({ flannel }: LabHost): FlannelLease {
  return { type: 'vxlan', data: { VNI: 1, VtepMAC: flannel.mac } };
}

/**
 * What flanneld does at its start: flannel.1 unless there is one with the right VNI, port, local address and lower device
 * (flannel device.go, vxlanLinksIncompat), then every lease.
 */
function programLeases(host: LabHost): readonly string[] {
  const { dev, publicIp, mac } = host.flannel;
  const local = addressOf(publicIp);
  const peers = labHosts.filter((peer) => peer.name !== host.name);
  return [
    `if ! ip -d link show dev flannel.1 | grep -q 'vxlan id 1 local ${local} dev ${dev} .*dstport 8472 '; then`,
    '  ip link del flannel.1',
    `  ip link add flannel.1 address ${mac} mtu ${vxlanMtuBytes(host)} type vxlan id 1 dstport 8472 local ${local} dev ${dev} nolearning`,
    'fi',
    `ip addr replace ${vtepIp(host)}/32 dev flannel.1`,
    'ip link set flannel.1 up',
    ...hereDocument(
      'ip -force -batch -',
      peers.map((peer) => `neigh replace ${vtepIp(peer)} lladdr ${peer.flannel.mac} dev flannel.1 nud permanent`),
    ),
    ...hereDocument(
      'bridge -force -batch -',
      peers.map((peer) => `fdb replace ${peer.flannel.mac} dev flannel.1 dst ${peer.flannel.publicIp} self permanent`),
    ),
    ...hereDocument(
      'ip -force -batch -',
      peers.map((peer) => `route replace ${podCidr(peer)} via ${vtepIp(peer)} dev flannel.1 onlink`),
    ),
  ];
}
