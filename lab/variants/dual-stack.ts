import type { LabHost } from '../namespaces/lab-host.ts';
import {
  carryingBoth,
  dualStackFleet,
  type External,
  network6,
  type SecondFamily,
  tunnelOrVpc,
} from './dual-stack-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

const mac6 = ({ flannel }: LabHost) => flannel.mac.replace(/^0a:58/, '0a:5a');

/** flannel's VXLAN: a device of the second family's own, and every lease on it. `external`: what flannel announces. */
export function vxlanOfBoth(external: (host: LabHost) => External = tunnelOrVpc): SecondFamily {
  return {
    backendData: (host) => ({ VNI: 1, VtepMAC: mac6(host) }),
    external,
    withTunnel: carryingBoth,
    turns: [(host, peers) => programLeases(host, peers, external)],
  };
}

function programLeases(
  host: LabHost,
  peers: readonly LabHost[],
  external: (host: LabHost) => External,
): readonly string[] {
  const { address, dev } = external(host);
  return [
    `ip link add flannel-v6.1 address ${mac6(host)} type vxlan id 1 dstport 8472 local ${address} dev ${dev} nolearning`,
    `ip link set flannel-v6.1 mtu "$(($(cat /sys/class/net/${dev}/mtu) - 70))" up`,
    `ip addr add ${network6(host)}/128 dev flannel-v6.1 nodad`,
    ...peers.flatMap((peer) => [
      `ip neigh replace ${network6(peer)} lladdr ${mac6(peer)} dev flannel-v6.1 nud permanent`,
      `bridge fdb replace ${mac6(peer)} dev flannel-v6.1 dst ${external(peer).address} self permanent`,
      `ip route replace ${network6(peer)}/64 via ${network6(peer)} dev flannel-v6.1 onlink`,
    ]),
  ];
}

export const dualStack: LabVariant = {
  name: 'dual-stack',
  story: 'Every node has two pod networks, and flannel a device per family: flannel.1 and flannel-v6.1.',
  fleet: dualStackFleet(vxlanOfBoth()),
};
