import { type FaultStep, on, shell } from '../fault.ts';
import { type LabFleet, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import { addressOf, podCidr } from '../namespaces/topology.ts';
import type { LabVariant } from './lab-variant.ts';

const TUNNEL6 = 'fd00:200::/64';
const VPC6 = '2001:db8::/48';

const group = ({ podNumber }: LabHost) => podNumber.toString(16);
const network6 = (host: LabHost) => `fd00:42:0:${group(host)}::`;
const tunnel6 = (host: LabHost) => `fd00:200::${group(host)}:1`;
const mac6 = ({ flannel }: LabHost) => flannel.mac.replace(/^0a:58/, '0a:5a');
/** How a fleet with two pod networks may differ from one in which all is as it should be. */
interface Differences {
  /** Hosts that have IPv4 alone. */
  readonly single?: readonly string[];
  /** flannel announces the IPv6 address of the uplink, which no tunnel carries. */
  readonly announcesUplink?: true;
}

const withBothFamilies = (host: LabHost, external6: string): LabHost => ({
  ...host,
  node: {
    podCIDRs: [podCidr(host), `${network6(host)}/64`],
    annotations: {
      'flannel.alpha.coreos.com/backend-v6-data': JSON.stringify({ VNI: 1, VtepMAC: mac6(host) }),
      'flannel.alpha.coreos.com/public-ipv6': external6,
    },
    addresses: [{ type: 'InternalIP', address: external6 }],
  },
  ...(host.wireguard === undefined ? {} : { wireguard: carryingBoth(host, host.wireguard) }),
});

function carryingBoth(host: LabHost, tunnel: NonNullable<LabHost['wireguard']>): NonNullable<LabHost['wireguard']> {
  const address6 = `${tunnel6(host)}/64`;
  if (tunnel.spoke === undefined) return { ...tunnel, address6 };
  const { allowedIps, allowedIpsAtHub } = tunnel.spoke;
  const spoke = {
    ...tunnel.spoke,
    allowedIps: [...allowedIps, TUNNEL6, VPC6],
    allowedIpsAtHub: [...allowedIpsAtHub, `${tunnel6(host)}/128`],
  };
  return { ...tunnel, address6, spoke };
}

/** What flanneld does for the second family: a device of its own, and every lease on it. */
function secondFamily(
  host: LabHost,
  hosts: readonly LabHost[],
  external: (host: LabHost) => { readonly address: string; readonly dev: string },
): readonly FaultStep[] {
  const { address, dev } = external(host);
  const peers = hosts.filter(({ name }) => name !== host.name);
  const lines = [
    'sysctl -q -w net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.accept_dad=0',
    ...(host.wireguard === undefined ? [] : [`ip addr add ${tunnel6(host)}/64 dev wg0 nodad`]),
    ...(host.wireguard?.spoke === undefined ? [] : [`ip route add ${VPC6} dev wg0`]),
    `ip link add flannel-v6.1 address ${mac6(host)} type vxlan id 1 dstport 8472 local ${address} dev ${dev} nolearning`,
    `ip link set flannel-v6.1 mtu "$(($(cat /sys/class/net/${dev}/mtu) - 70))" up`,
    `ip addr add ${network6(host)}/128 dev flannel-v6.1 nodad`,
    `ip addr add ${network6(host)}1/64 dev cni0 nodad`,
    ...peers.flatMap((peer) => [
      `ip neigh replace ${network6(peer)} lladdr ${mac6(peer)} dev flannel-v6.1 nud permanent`,
      `bridge fdb replace ${mac6(peer)} dev flannel-v6.1 dst ${external(peer).address} self permanent`,
      `ip route replace ${network6(peer)}/64 via ${network6(peer)} dev flannel-v6.1 onlink`,
    ]),
  ];
  const pod = `pod-${host.name}`;
  return [
    shell(host.name, lines.join(' &&\n')),
    on(pod, `ip addr add ${network6(host)}2/64 dev eth0 nodad`),
    on(pod, `ip route add default via ${network6(host)}1`),
  ];
}

/** The plain fleet with a second pod network. */
export function dualStackFleet({ single = [], announcesUplink }: Differences): LabFleet {
  const external = (host: LabHost) =>
    host.flannel.dev === 'wg0' && announcesUplink !== true
      ? { address: tunnel6(host), dev: 'wg0' }
      : { address: addressOf(host.eth0.address6), dev: 'eth0' };
  const isDual = ({ name }: LabHost) => !single.includes(name);
  const hosts = plainFleet.hosts.map((host) => (isDual(host) ? withBothFamilies(host, external(host).address) : host));
  const dual = hosts.filter(isDual);
  const [hub, ...others] = dual;
  // Every pod is reached by the hub's over the second family.
  const checks = others.map((host) => on('pod-hub-1', `ping -6 -n -c 1 -w 3 ${network6(host)}2`));
  return {
    ...plainFleet,
    hosts,
    afterwards: [
      on('vpc', `ip route add ${TUNNEL6} via ${addressOf(hub?.eth0.address6 ?? '')}`),
      ...dual.flatMap((host) => secondFamily(host, dual, external)),
      ...(announcesUplink === true ? [] : checks),
    ],
  };
}

export const dualStack: LabVariant = {
  name: 'dual-stack',
  story: 'Every node has two pod networks, and flannel a device per family: flannel.1 and flannel-v6.1.',
  fleet: dualStackFleet({}),
};
