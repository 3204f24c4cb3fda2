import { type FaultStep, on, shell } from '../fault.ts';
import { type LabFleet, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import { addressOf, podCidr, podIp } from '../namespaces/topology.ts';

export const TUNNEL6 = 'fd00:200::/64';
export const CLUSTER6 = 'fd00:42::/48';
const VPC6 = '2001:db8::/48';

const group = ({ podNumber }: LabHost) => podNumber.toString(16);

/** The first address of a host's IPv6 pods; the network has 64 bits. */
export function network6(host: LabHost): string {
  return `fd00:42:0:${group(host)}::`;
}

export function tunnel6(host: LabHost): string {
  return `fd00:200::${group(host)}:1`;
}

/** Where flannel listens for the peers of the second family. */
export interface External {
  readonly address: string;
  readonly dev: string;
}

/** What flannel makes of the second family; which it is depends on its backend. */
export interface SecondFamily {
  /** Its own data in the lease; absent: the same as of the first. */
  readonly backendData?: (host: LabHost) => Readonly<Record<string, string | number>>;
  readonly external: (host: LabHost) => External;
  /** The tunnel carries the second family, on these hosts, beside the first. */
  readonly withTunnel: (host: LabHost) => LabHost;
  /** Lines of shell in turns: all hosts have done one before any does the next. */
  readonly turns: readonly ((host: LabHost, peers: readonly LabHost[]) => readonly string[])[];
}

/** The plain tunnel with the addresses of the second family. */
export function carryingBoth(host: LabHost): LabHost {
  const tunnel = host.wireguard;
  if (tunnel === undefined) return host;
  const address6 = `${tunnel6(host)}/64`;
  if (tunnel.spoke === undefined) return { ...host, wireguard: { ...tunnel, address6 } };
  const { allowedIps, allowedIpsAtHub } = tunnel.spoke;
  const spoke = {
    ...tunnel.spoke,
    allowedIps: [...allowedIps, TUNNEL6, VPC6],
    allowedIpsAtHub: [...allowedIpsAtHub, `${tunnel6(host)}/128`],
  };
  return { ...host, wireguard: { ...tunnel, address6, spoke } };
}

/** Its address of IPv6 in the tunnel where it has one, and in the VPC elsewhere. */
export function tunnelOrVpc(host: LabHost): External {
  return host.flannel.dev === 'wg0'
    ? { address: tunnel6(host), dev: 'wg0' }
    : { address: addressOf(host.eth0.address6), dev: 'eth0' };
}

function withBothFamilies(host: LabHost, { backendData, external, withTunnel }: SecondFamily): LabHost {
  const { address } = external(host);
  return {
    ...withTunnel(host),
    node: {
      podCIDRs: [podCidr(host), `${network6(host)}/64`],
      annotations: {
        ...(backendData === undefined
          ? {}
          : { 'flannel.alpha.coreos.com/backend-v6-data': JSON.stringify(backendData(host)) }),
        'flannel.alpha.coreos.com/public-ipv6': address,
      },
      addresses: [{ type: 'InternalIP', address }],
    },
  };
}

/** Forwarding, the tunnel's addresses and routes, and the pod's own address: what is there before flannel. */
function withoutFlannel(host: LabHost): readonly FaultStep[] {
  const lines = [
    'sysctl -q -w net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.accept_dad=0',
    ...(host.wireguard === undefined ? [] : [`ip addr add ${tunnel6(host)}/64 dev wg0 nodad`]),
    ...(host.wireguard?.spoke === undefined ? [] : [`ip route add ${VPC6} dev wg0`]),
    `ip addr add ${network6(host)}1/64 dev cni0 nodad`,
    // What host-local keeps of the pod's second address, spelled as Go does.
    `cp /var/lib/cni/networks/cbr0/${podIp(host)} /var/lib/cni/networks/cbr0/${network6(host).replace('0:0::', ':')}2`,
  ];
  const pod = `pod-${host.name}`;
  return [
    shell(host.name, lines.join(' &&\n')),
    on(pod, `ip addr add ${network6(host)}2/64 dev eth0 nodad`),
    on(pod, `ip route add default via ${network6(host)}1`),
  ];
}

/** How a fleet with two pod networks may differ from one in which all is as it should be. */
interface Differences {
  readonly backend?: LabFleet['backend'];
  /** Hosts that have IPv4 alone. */
  readonly single?: readonly string[];
  /** Nobody reaches anybody by IPv6. */
  readonly isUnreached?: true;
}

/** The plain fleet with a second pod network. */
export function dualStackFleet(
  family: SecondFamily,
  { backend = plainFleet.backend, single = [], isUnreached }: Differences = {},
): LabFleet {
  const isDual = ({ name }: LabHost) => !single.includes(name);
  const hosts = plainFleet.hosts.map((host) => (isDual(host) ? withBothFamilies(host, family) : host));
  const dual = hosts.filter(isDual);
  const [hub, ...others] = dual;
  const programmed = family.turns.flatMap((turn) =>
    dual.map((host) =>
      shell(
        host.name,
        turn(
          host,
          dual.filter(({ name }) => name !== host.name),
        ).join(' &&\n'),
      ),
    ),
  );
  // Every pod is reached by the hub's over the second family.
  const checks = others.map((host) => on('pod-hub-1', `ping -6 -n -c 1 -w 8 ${network6(host)}2`));
  return {
    ...plainFleet,
    backend,
    hosts,
    afterwards: [
      on('vpc', `ip route add ${TUNNEL6} via ${addressOf(hub?.eth0.address6 ?? '')}`),
      ...dual.flatMap(withoutFlannel),
      ...programmed,
      ...(isUnreached === true ? [] : checks),
    ],
  };
}
