import type { NodeEvidence, Probe } from '../evidence/node-evidence.ts';
import { destinationsOf, neighbourAt } from '../evidence/overlay-entries.ts';
import { ipv6Kinds, type ProbeKind, probeName } from '../evidence/probe-name.ts';
import { egressMtuBytes } from '../evidence/routes.ts';
import { parseIp } from '../network/address.ts';
import { addressAt, contains, parseCidr } from '../network/cidr.ts';
import { bytesOf } from '../network/mtu.ts';
import type { Member } from '../overlay/member.ts';
import type { OverlayMtu } from '../overlay/overlay.ts';

export interface ProbeTarget {
  readonly kind: ProbeKind;
  readonly peer: string;
  readonly address: string;
  /** Of a `connect` the TCP port. */
  readonly payloadBytes: number;
  readonly mode: Probe['mode'];
}

const SMALL_PAYLOAD_BYTES = 56;
/** IPv4 header 20 (IPv6: 40) + ICMP header 8. */
const PING_OVERHEAD_BYTES = { 4: 28, 6: 48 } as const;

/** A sender as far as it was read, and one of its peers. */
export interface ProbePair {
  /** Undefined: before it was read. Then only what is the same of every sender is planned. */
  readonly sender: NodeEvidence | undefined;
  /** Flannel's own; null: the overlay has none. */
  readonly flannelDevice: string | null;
  readonly mtu: OverlayMtu;
  readonly to: Member;
  /** The peer's own reading, when there is one: it knows its pods. */
  readonly receiver: NodeEvidence | undefined;
  /** TCP port of the peer’s kubelet; absent: no connection is tried. */
  readonly kubeletPort?: number;
  /** Number of the sender among the hosts that are read: each tries TCP to another of the peer's pods. Absent: 0. */
  readonly turn?: number;
}

/** Every kind but `mtu`. Full size only where the sender's own devices say what that is; never guessed. */
export function planProbes(pair: ProbePair): readonly ProbeTarget[] {
  const { to, receiver, kubeletPort } = pair;
  const cidr = parseCidr(to.podCidr);
  if (cidr === undefined) return [];
  const small = { peer: to.node, payloadBytes: SMALL_PAYLOAD_BYTES, mode: 'echo' } as const;
  const gateway = addressAt(cidr, 1n);
  const addresses = 1n << BigInt((cidr.network.version === 4 ? 32 : 128) - cidr.prefix);
  const lastAddress = addressAt(cidr, addresses - 2n);
  const pods = (receiver?.pods.addresses ?? []).filter((text) => {
    const address = parseIp(text);
    return address !== undefined && contains(cidr, address) && text !== gateway;
  });
  const [workload] = pods;
  const full = fullSizeBytes(pair);
  const payloadBytes = full === undefined ? undefined : full - PING_OVERHEAD_BYTES[cidr.network.version];
  return [
    { ...small, kind: 'underlay', address: to.publicIp },
    { ...small, kind: 'vtep', address: to.overlayIp },
    ...(payloadBytes === undefined ? [] : [{ ...small, kind: 'full' as const, address: to.overlayIp, payloadBytes }]),
    ...(kubeletPort === undefined ? [] : [connection('tcp', to.node, to.overlayIp, kubeletPort)]),
    ...(gateway === undefined ? [] : [{ ...small, kind: 'pod' as const, address: gateway }]),
    ...(workload === undefined ? [] : [{ ...small, kind: 'workload' as const, address: workload }]),
    ...podConnection(pair, pods),
    ...(lastAddress === undefined ? [] : hops({ ...small, mode: 'hop', address: lastAddress }, payloadBytes)),
  ];
}

function hops(small: Omit<ProbeTarget, 'kind'>, payloadBytes: number | undefined): readonly ProbeTarget[] {
  return [
    { ...small, kind: 'hop' },
    ...(payloadBytes === undefined ? [] : [{ ...small, kind: 'fullhop' as const, payloadBytes }]),
  ];
}

/** A NetworkPolicy may keep TCP from a single pod, so different senders try different pods where there are some. */
function podConnection({ to, kubeletPort, turn = 0 }: ProbePair, pods: readonly string[]): readonly ProbeTarget[] {
  const pod = pods[turn % pods.length];
  return kubeletPort === undefined || pod === undefined ? [] : [connection('podtcp', to.node, pod, kubeletPort)];
}

/** The kubelet listens on every address of its host; a host or pod where nothing listens refuses, which is an answer too. */
function connection(kind: 'tcp' | 'podtcp', peer: string, address: string, port: number): ProbeTarget {
  return { kind, peer, address, payloadBytes: port, mode: 'connect' };
}

/** The second pod network of a pair. Sender and receiver are read as their IPv6 views. */
export function planIpv6Probes(pair: ProbePair): readonly ProbeTarget[] {
  return asIpv6(planProbes(pair));
}

/** Targets that were planned on an IPv6 view by the names of their kinds beside IPv4's; kinds that IPv6 has none of are left out. */
export function asIpv6(planned: readonly ProbeTarget[]): readonly ProbeTarget[] {
  return ipv6Kinds.flatMap(({ kind, plain }) =>
    planned.filter((target) => target.kind === plain).map((target): ProbeTarget => ({ ...target, kind })),
  );
}

/** Only the layer below the overlay. */
export function underlayProbe(to: Member): ProbeTarget {
  return {
    kind: 'underlay',
    peer: to.node,
    address: to.publicIp,
    payloadBytes: SMALL_PAYLOAD_BYTES,
    mode: 'echo',
  };
}

/** Small packets through the overlay. */
export function overlayProbe(to: Member): ProbeTarget {
  return { ...underlayProbe(to), kind: 'vtep', address: to.overlayIp };
}

/** Small and full-size packets through the overlay, and nothing else. */
export function sizeProbes(pair: ProbePair): readonly ProbeTarget[] {
  return planProbes(pair).filter(({ kind }) => kind === 'vtep' || kind === 'full');
}

/** A search of what the way below the overlay to the peer carries, up to what the sender's device lets out. */
export function mtuSearch({ sender, to }: ProbePair): ProbeTarget | undefined {
  if (sender === undefined) return undefined;
  const address = addressBelow(sender, to);
  const mtuBytes = egressMtuBytes(sender, address);
  const version = parseIp(address)?.version;
  if (mtuBytes === undefined || version === undefined) return undefined;
  const payloadBytes = mtuBytes - PING_OVERHEAD_BYTES[version];
  return { kind: 'mtu', peer: to.node, address, payloadBytes, mode: 'search' };
}

/** Where the sender's overlay sends what is for the peer: its own entry, and without one what the peer announces. */
function addressBelow({ neighbours, fdb }: NodeEvidence, to: Member): string {
  const mac = neighbourAt(neighbours, to.overlayIp)?.[1];
  const [destination] = mac === null || mac === undefined ? [] : destinationsOf(fdb, mac);
  return destination ?? to.publicIp;
}

/**
 * The largest IP packet that a pod's sender gets into the overlay without being told a smaller size by this host. VXLAN tells
 * (the kernel's PMTU of tunnels), and so does every plain device; WireGuard never does: its outer packets may be fragmented.
 */
function fullSizeBytes({ sender, flannelDevice, mtu, to }: ProbePair): number | undefined {
  if (sender === undefined) return undefined;
  if (flannelDevice === null) return egressMtuBytes(sender, to.overlayIp);
  const own = sender.links.find((link) => link.name === flannelDevice)?.mtuBytes;
  const egress = egressMtuBytes(sender, addressBelow(sender, to));
  if (own === undefined || egress === undefined || !mtu.refusesTooLong) return own;
  return Math.min(own, egress - ownHeaderBytes(mtu, to));
}

/** What flannel's own device adds to a packet. */
function ownHeaderBytes({ layers }: OverlayMtu, { family }: Member): number {
  return bytesOf(layers.filter(({ device }) => device === 'flannel').flatMap(({ headers }) => headers(family, family)));
}

/** A host sends no more at once. */
const MOST_PROBES = 80;

/**
 * The `probes` parameter of the diagnose document for one host: `<kind>-<peer>/<address>/<payload or port>/<mode>` joined by
 * commas. What would be too many is left out, the last first.
 */
export function formatProbes(targets: readonly ProbeTarget[]): string {
  return probeWords(targets).join(',');
}

/** The same for at most four hosts that get one command: before each probe stands which instance sends it. */
export function formatProbesOf(
  senders: readonly { readonly instanceId: string; readonly targets: readonly ProbeTarget[] }[],
): string {
  return senders
    .flatMap(({ instanceId, targets }) => probeWords(targets).map((word) => `${instanceId}=${word}`))
    .join(',');
}

function probeWords(targets: readonly ProbeTarget[]): readonly string[] {
  return targets
    .slice(0, MOST_PROBES)
    .map(
      ({ kind, peer, address, payloadBytes, mode }) => `${probeName(kind, peer)}/${address}/${payloadBytes}/${mode}`,
    );
}
