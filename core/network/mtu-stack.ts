import { bytesOf, exactDeviceMtu, type Header, type IpFamily, ipHeader, UDP_HEADER, wireGuardHeaders } from './mtu.ts';

/** `vxlan`: flannel's VXLAN device on a WireGuard device. `wireguard-native`: flannel runs WireGuard itself, without VXLAN. */
export type FlannelBackend = 'vxlan' | 'wireguard-native' | 'host-gw';

/** A path between two nodes and what is stacked on it. `vtep` means nothing for `wireguard-native`. */
export interface StackedPath {
  /** The largest IP packet that the way between the two nodes carries. */
  readonly pathMtuBytes: number;
  readonly underlay: IpFamily;
  readonly backend: FlannelBackend;
  readonly vtep: IpFamily;
}

export type MtuDevice = 'wireguard' | 'flannel' | 'pod';

export interface StackLayer {
  readonly name: 'path' | MtuDevice | 'tcp-mss-ipv4' | 'tcp-mss-ipv6';
  readonly bytes: number;
  /** `bytes` is `from.bytes` less `overheadBytes`, the sum of `headers`. Null for the path itself. */
  readonly from: { readonly name: StackLayer['name']; readonly bytes: number } | null;
  readonly headers: readonly Header[];
  readonly overheadBytes: number;
  readonly why: string;
}

const VXLAN_HEADER: Header = { name: 'VXLAN', bytes: 8 };
const INNER_ETHERNET_HEADER: Header = { name: 'inner Ethernet', bytes: 14 };
const TCP_HEADER: Header = { name: 'TCP', bytes: 20 };

/** What flannel subtracts from its external MTU (device.go of each backend), whatever the IP version. */
export const FLANNEL_SUBTRACTS_BYTES: Readonly<Record<FlannelBackend, number>> = {
  vxlan: 50,
  'wireguard-native': 80,
  'host-gw': 0,
};

/** 50 bytes between IPv4 VTEPs, 70 between IPv6 ones, where flannel's own figure is 20 short: flannel-io/flannel#1781. */
export function vxlanHeaders(vtep: IpFamily): readonly Header[] {
  return [ipHeader(vtep), UDP_HEADER, VXLAN_HEADER, INNER_ETHERNET_HEADER];
}

/**
 * The exact MTU of every device on a path and the TCP MSS of pods, from the wire inwards. With `wireguard-native` there is no
 * `wireguard` layer of its own: the `flannel` device is the tunnel.
 */
export function mtuStack({ pathMtuBytes, underlay, backend, vtep }: StackedPath): readonly StackLayer[] {
  const path: StackLayer = {
    name: 'path',
    bytes: pathMtuBytes,
    from: null,
    headers: [],
    overheadBytes: 0,
    why: 'the largest IP packet on the way between the two nodes',
  };
  const sealed = wireGuardHeaders(underlay);
  const tunnel = within(path, backend === 'vxlan' ? 'wireguard' : 'flannel', sealed, 'every packet travels in UDP');
  const outside = backend === 'vxlan' ? [path, tunnel] : [path];
  const flannel =
    backend === 'vxlan' ? within(tunnel, 'flannel', vxlanHeaders(vtep), 'every frame travels in UDP') : tunnel;
  const pod = within(flannel, 'pod', [], 'veth and bridge add nothing');
  return [
    ...outside,
    flannel,
    pod,
    within(pod, 'tcp-mss-ipv4', [ipHeader('ipv4'), TCP_HEADER], 'the payload of a full TCP segment'),
    within(pod, 'tcp-mss-ipv6', [ipHeader('ipv6'), TCP_HEADER], 'the payload of a full TCP segment'),
  ];
}

function within(
  { name: outer, bytes }: StackLayer,
  name: StackLayer['name'],
  headers: readonly Header[],
  why: string,
): StackLayer {
  const overheadBytes = bytesOf(headers);
  return { name, bytes: bytes - overheadBytes, from: { name: outer, bytes }, headers, overheadBytes, why };
}

/** The exact MTU of each device; `wireguard` and `flannel` are the same device with `wireguard-native`. */
export function expectedDeviceMtus(path: StackedPath): Readonly<Record<MtuDevice, number>> {
  const exact = exactDeviceMtu(path.pathMtuBytes, path.underlay);
  const flannel = exact - tunnelToFlannelBytes(path);
  return { wireguard: exact, flannel, pod: flannel };
}

/** What lies between a packet on flannel's device and the same on the WireGuard device. */
export function tunnelToFlannelBytes({ backend, vtep }: StackedPath): number {
  return backend === 'vxlan' ? bytesOf(vxlanHeaders(vtep)) : 0;
}

/**
 * The `Backend.MTU` of flannel's net-conf that gives the exact flannel device. It is the external MTU, from which flannel
 * takes 50 (vxlan) or 80 (wireguard), so it is neither the flannel device's MTU nor always that of the path or of wg0.
 */
export function externalMtu(path: StackedPath): { readonly bytes: number; readonly flannelSubtractsBytes: number } {
  const flannelSubtractsBytes = FLANNEL_SUBTRACTS_BYTES[path.backend];
  return { bytes: expectedDeviceMtus(path).flannel + flannelSubtractsBytes, flannelSubtractsBytes };
}
