import { type FaultStep, on } from '../../fault.ts';
import { vxlanMtuBytes } from '../../namespaces/overlays/vxlan.ts';
import { addressOf, findLabHost, labHosts, podCidr, vtepIp } from '../../namespaces/topology.ts';

/** How the new flannel.1 differs from the one that it replaces. */
export interface VxlanDifference {
  readonly vni?: number;
  readonly port?: number;
  readonly local?: string;
  readonly dev?: string;
  /** `none`: the device alone, nothing of what flanneld programs on it. */
  readonly peers?: 'none';
}

/** Attributes of a VXLAN device cannot be changed: whoever has a wrong one made the device anew, as flanneld does. */
export function recreateVxlan(hostName: string, difference: VxlanDifference): readonly FaultStep[] {
  const host = findLabHost(hostName);
  const { vni = 1, port = 8472, local = addressOf(host.flannel.publicIp), dev = host.flannel.dev } = difference;
  const { mac } = host.flannel;
  const kind = `vxlan id ${vni} dstport ${port} local ${local} dev ${dev} nolearning`;
  const peers = difference.peers === 'none' ? [] : labHosts.filter((peer) => peer !== host);
  return [
    on(hostName, 'ip link del flannel.1'),
    on(hostName, `ip link add flannel.1 address ${mac} mtu ${vxlanMtuBytes(host)} type ${kind}`),
    on(hostName, `ip addr add ${vtepIp(host)}/32 dev flannel.1`),
    on(hostName, 'ip link set flannel.1 up'),
    ...peers.flatMap((peer) => [
      on(hostName, `ip neigh replace ${vtepIp(peer)} lladdr ${peer.flannel.mac} dev flannel.1 nud permanent`),
      on(hostName, `bridge fdb append ${peer.flannel.mac} dev flannel.1 dst ${peer.flannel.publicIp} self permanent`),
      on(hostName, `ip route replace ${podCidr(peer)} via ${vtepIp(peer)} dev flannel.1 onlink`),
    ]),
  ];
}
