import { parseIp } from '../network/address.ts';
import { contains, ipv4At, parseCidr } from '../network/cidr.ts';
import { bytesOf } from '../network/mtu.ts';
import { vxlanHeaders } from '../network/mtu-stack.ts';
import type { Vtep } from './expected-network.ts';
import type { NodeEvidence, Probe } from './node-evidence.ts';
import { lookUpRoute } from './routes.ts';

/**
 * What is probed, from the outermost layer inwards.
 *
 * - `underlay`: the peer's public IP, inside WireGuard on hybrid nodes.
 * - `vtep`: through the overlay to the peer's flannel device; `full`: with the largest packet that the sender's devices carry.
 * - `hop`, `fullhop`: the same two towards an unused pod address; the peer answers with a small "time exceeded", so that
 *   only the way there must carry the size.
 * - `pod`: the peer's cni0; `workload`: an address behind it, as pod traffic goes.
 * - `mtu`: the largest packet that comes back from the public IP.
 */
export const probeKinds = ['underlay', 'vtep', 'full', 'hop', 'fullhop', 'pod', 'workload', 'mtu'] as const;

export type ProbeKind = (typeof probeKinds)[number];

/** What must pass in both directions on a healthy node. Not every node has a workload to ping. */
export const everyLayer: readonly ProbeKind[] = ['underlay', 'vtep', 'full', 'pod'];
/** Every layer that counts as lost when it was measured and failed. */
export const everyLayerAndWorkload: readonly ProbeKind[] = [...everyLayer, 'workload'];

export interface ProbeTarget {
  readonly kind: ProbeKind;
  readonly peer: string;
  readonly address: string;
  readonly payloadBytes: number;
  readonly mode: Probe['mode'];
}

const SMALL_PAYLOAD_BYTES = 56;
/** IPv4 header 20 (IPv6: 40) + ICMP header 8. */
const PING_OVERHEAD_BYTES = { 4: 28, 6: 48 } as const;
/** Of flannel's IPv4 network. */
const VXLAN_OVERHEAD_BYTES = bytesOf(vxlanHeaders('ipv4'));

/** A sender as far as it could be read, and one of its peers. */
export interface ProbePair {
  readonly sender: NodeEvidence;
  readonly flannelDevice: string;
  readonly to: Vtep;
  /** The peer's own reading, when there is one: it knows its pods. */
  readonly receiver: NodeEvidence | undefined;
}

/** Every kind but `mtu`. Full size only where the sender's own devices say what that is; never guessed. */
export function planProbes(pair: ProbePair): readonly ProbeTarget[] {
  const { to, receiver } = pair;
  const cidr = parseCidr(to.podCidr);
  if (cidr === undefined) return [];
  const small = { peer: to.node, payloadBytes: SMALL_PAYLOAD_BYTES, mode: 'echo' } as const;
  const gateway = ipv4At(cidr, 1);
  const lastAddress = ipv4At(cidr, 2 ** (32 - cidr.prefix) - 2);
  const workload = receiver?.pods.addresses.find((text) => {
    const address = parseIp(text);
    return address !== undefined && contains(cidr, address) && text !== gateway;
  });
  const full = fullSizeBytes(pair);
  const payloadBytes = full === undefined ? undefined : full - PING_OVERHEAD_BYTES[4];
  return [
    { ...small, kind: 'underlay', address: to.publicIp },
    { ...small, kind: 'vtep', address: to.vtepIp },
    ...(payloadBytes === undefined ? [] : [{ ...small, kind: 'full' as const, address: to.vtepIp, payloadBytes }]),
    ...(gateway === undefined ? [] : [{ ...small, kind: 'pod' as const, address: gateway }]),
    ...(workload === undefined ? [] : [{ ...small, kind: 'workload' as const, address: workload }]),
    ...(lastAddress === undefined ? [] : hops({ ...small, mode: 'hop', address: lastAddress }, payloadBytes)),
  ];
}

function hops(small: Omit<ProbeTarget, 'kind'>, payloadBytes: number | undefined): readonly ProbeTarget[] {
  return [
    { ...small, kind: 'hop' },
    ...(payloadBytes === undefined ? [] : [{ ...small, kind: 'fullhop' as const, payloadBytes }]),
  ];
}

/** Only the layer below the overlay. */
export function underlayProbe(to: Vtep): ProbeTarget {
  return {
    kind: 'underlay',
    peer: to.node,
    address: to.publicIp,
    payloadBytes: SMALL_PAYLOAD_BYTES,
    mode: 'echo',
  };
}

/** A search of what the way to the peer's public IP carries, up to what the sender's device lets out. */
export function mtuSearch({ sender, to }: ProbePair): ProbeTarget | undefined {
  const mtuBytes = egressMtuBytes(sender, to.publicIp);
  const version = parseIp(to.publicIp)?.version;
  if (mtuBytes === undefined || version === undefined) return undefined;
  const payloadBytes = mtuBytes - PING_OVERHEAD_BYTES[version];
  return { kind: 'mtu', peer: to.node, address: to.publicIp, payloadBytes, mode: 'search' };
}

/**
 * The largest IP packet that a pod's sender gets through flannel's device without being told a smaller size by this host.
 * VXLAN tells (the kernel's PMTU of tunnels); WireGuard never does: its outer packets may be fragmented.
 */
function fullSizeBytes({ sender, flannelDevice, to }: ProbePair): number | undefined {
  const own = sender.links.find((link) => link.name === flannelDevice)?.mtuBytes;
  const egress = egressMtuBytes(sender, to.publicIp);
  if (own === undefined || to.backend === 'wireguard-native') return own;
  return egress === undefined ? own : Math.min(own, egress - VXLAN_OVERHEAD_BYTES);
}

/** What the device and the route towards an address let out. */
export function egressMtuBytes(sender: NodeEvidence, address: string): number | undefined {
  const route = lookUpRoute(sender.routes, address);
  const link = sender.links.find(({ name }) => name === route?.device);
  if (route === undefined || link === undefined) return undefined;
  return route.mtuBytes === 0 ? link.mtuBytes : Math.min(link.mtuBytes, route.mtuBytes);
}

/** The `probes` parameter of the diagnose document: `<kind>-<peer>/<address>/<payload>/<mode>` joined by commas. */
export function formatProbes(targets: readonly ProbeTarget[]): string {
  return targets
    .map(({ kind, peer, address, payloadBytes, mode }) => `${kind}-${peer}/${address}/${payloadBytes}/${mode}`)
    .join(',');
}

/** Splits a probe's name again. Undefined when it is none of ours. */
export function parseProbeName(name: string): { readonly kind: ProbeKind; readonly peer: string } | undefined {
  const cut = name.indexOf('-');
  const kind = probeKinds.find((candidate) => candidate === name.slice(0, cut));
  const peer = name.slice(cut + 1);
  return kind === undefined || peer === '' ? undefined : { kind, peer };
}
