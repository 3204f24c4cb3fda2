import { bytesOf, exactDeviceMtu, type Header, type IpFamily, ipHeader } from '../network/mtu.ts';
import type { OverlayName } from './overlay-name.ts';
import { overlays } from './registry.ts';

/** A path between two nodes and what is stacked on it. `vtep` means something for VXLAN only. */
export interface StackedPath {
  /** The largest IP packet that the way between the two nodes carries. */
  readonly pathMtuBytes: number;
  readonly underlay: IpFamily;
  readonly overlay: OverlayName;
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

const TCP_HEADER: Header = { name: 'TCP', bytes: 20 };

/** The exact MTU of every device on a path and the TCP MSS of pods, from the wire inwards. Only the overlay's own devices are listed. */
export function mtuStack({ pathMtuBytes, underlay, overlay, vtep }: StackedPath): readonly StackLayer[] {
  const path: StackLayer = {
    name: 'path',
    bytes: pathMtuBytes,
    from: null,
    headers: [],
    overheadBytes: 0,
    why: 'the largest IP packet on the way between the two nodes',
  };
  let outer = path;
  const devices = overlays[overlay].mtu.layers.map(({ device, headers, why }) => {
    outer = within(outer, device, headers(underlay, vtep), why);
    return outer;
  });
  const pod = within(outer, 'pod', [], 'veth and bridge add nothing');
  return [
    path,
    ...devices,
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

/** The exact MTU of each device. A device that the overlay does not have is the one around it. */
export function expectedDeviceMtus(path: StackedPath): Readonly<Record<MtuDevice, number>> {
  const exact = exactDeviceMtu(path.pathMtuBytes, path.underlay);
  const flannel = exact - tunnelToFlannelBytes(path);
  return { wireguard: exact, flannel, pod: flannel };
}

/** The device that seals the packets: the first one on the way from the wire. */
export function tunnelDeviceOf({ overlay }: StackedPath): 'wireguard' | 'flannel' {
  return overlays[overlay].mtu.layers[0]?.device ?? 'wireguard';
}

/** What lies between a packet for a pod and the same on the device that seals it. */
export function tunnelToFlannelBytes({ overlay, underlay, vtep }: StackedPath): number {
  const [, ...inside] = overlays[overlay].mtu.layers;
  return inside.reduce((sum, { headers }) => sum + bytesOf(headers(underlay, vtep)), 0);
}

/**
 * The `Backend.MTU` of flannel's net-conf that gives the exact flannel device. It is the external MTU, from which flannel
 * takes 50 (vxlan), 80 (wireguard) or nothing (host-gw), so it is neither the flannel device's MTU nor always that of the path or of wg0.
 */
export function externalMtu(path: StackedPath): { readonly bytes: number; readonly flannelSubtractsBytes: number } {
  const { flannelSubtractsBytes } = overlays[path.overlay].mtu;
  return { bytes: expectedDeviceMtus(path).flannel + flannelSubtractsBytes, flannelSubtractsBytes };
}
