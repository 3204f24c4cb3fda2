import type { NodeEvidence } from '../evidence/node-evidence.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import type { ExpectedTables } from '../evidence/table-digests.ts';
import type { Operation } from '../grammar/operation.ts';
import type { Header, IpFamily } from '../network/mtu.ts';
import type { Drift, DriftType } from './drift.ts';
import type { DriftCause } from './drift-cause.ts';
import type { Member } from './member.ts';
import type { OverlayConfig } from './overlay-config.ts';
import type { OverlayName } from './overlay-name.ts';

/**
 * One way in which a fleet carries pods between its nodes: what it makes on a host, how that is compared with the Node
 * objects, and how it is put back. Everything that differs from overlay to overlay is behind this interface; `M` is what
 * the overlay must know of one node.
 */
export interface Overlay<M extends Member> {
  readonly name: OverlayName;
  /** flannel's word for it in the annotation `backend-type`. */
  readonly backendType: string;
  /** Flannel's own device for an address family; null: it uses the host's devices. */
  readonly device: (settings: DeviceSettings, family: IpFamily) => string | null;
  /** The node's place in the overlay, or why its Node object does not tell it. */
  readonly readMember: (node: NodeObject, family: IpFamily) => M | string;
  /** What two nodes must never share: its name and value. Two Node objects that say the same contradict each other. */
  readonly identities: (member: M) => readonly Identity[];
  /** What a host must have seen before anything is concluded from tables that look right. */
  readonly tables: readonly string[];
  /** Everything on one host that differs from what the Node objects demand. */
  readonly findDrift: (view: HostView<M>) => readonly Drift[];
  /** The entries on flannel's own device that all hosts have in common; absent: a host always prints its own. */
  readonly expectedTables?: (members: readonly M[], device: string) => ExpectedTables;
  /** Which cause a difference has, deepest layer first: without the device there are no entries, without entries no packets. */
  readonly causes: readonly DriftCauseRow[];
  /** What took every entry of a host at once, where the pattern tells it. */
  readonly wholeHostCause?: (drifts: readonly Drift[], peers: number) => DriftCause | undefined;
  /** Whether the node's flannel makes a lost device anew by itself. Undefined: nothing tells. */
  readonly remakesLostDevice?: (node: NodeObject) => boolean | undefined;
  /** The operations that put one difference right. Empty: it takes more than is known, or than the grammar has. */
  readonly mend: (drift: Drift, work: HostWork<M>) => readonly Operation[];
  /** The device made anew with all that belongs on it. Empty: what lies below it is not known, or only flanneld can make it. */
  readonly rebuild: (work: HostWork<M>) => readonly Operation[];
  /** Every entry that the host must hold: what a bounce replays. Empty: there is nothing to bounce. */
  readonly fullState: (work: HostWork<M>) => readonly Operation[];
  /** By what a host's peer entries for this node are known, when it cannot print them all. */
  readonly focus: (member: M) => readonly string[];
  /** What the AllowedIPs of a tunnel below the overlay must hold for this node: its address, and its pods where nothing wraps them. */
  readonly carriedNetworks: (member: M) => readonly string[];
  readonly mtu: OverlayMtu;
  /** What is at fault when everything below the overlay passes and its own packets are lost. */
  readonly blockedCause: 'vxlan-port-filtered' | 'flannel-port-filtered' | 'forward-dropped';
}

export interface Identity {
  readonly what: string;
  readonly value: string;
}

/** The names of devices that a platform team may have changed. */
export interface DeviceSettings {
  readonly vxlanDevice: string;
}

export interface DriftCauseRow {
  readonly drift: DriftType;
  readonly cause: DriftCause;
  /** Only a `device-wrong` of this attribute. */
  readonly attribute?: string;
}

/** A host and its peers. */
export interface HostAndPeers<M extends Member> {
  readonly self: M;
  readonly peers: readonly M[];
}

/** What the fleet's own configuration says, as far as it is known, is part of every comparison and repair. */
interface Configured {
  readonly config: OverlayConfig;
}

/** What one host holds. `device`: flannel's own, if it has one. `inFocus`: nodes whose entries it was told not to leave out. */
export interface HostView<M extends Member> extends HostAndPeers<M>, Configured {
  readonly measured: NodeEvidence;
  readonly device: string | null;
  readonly inFocus: readonly string[];
}

/** What a host's own reading said, if it was read. */
export type Readings = (host: string) => NodeEvidence | undefined;

/** A host that is repaired. */
export interface HostWork<M extends Member> extends HostAndPeers<M>, Configured {
  readonly device: string | null;
  readonly readings: Readings;
}

/** How the overlay's packets are packed, from the wire inwards, and what flannel makes of it. */
export interface OverlayMtu {
  /** The devices on the way from the path to the pod, each with the headers that it adds. */
  readonly layers: readonly MtuLayer[];
  /** What flannel subtracts from its external MTU (device.go of each backend), whatever the IP version. */
  readonly flannelSubtractsBytes: number;
  /** The device answers "too long" to a packet that its way out does not let through. WireGuard's does not. */
  readonly refusesTooLong: boolean;
}

export interface MtuLayer {
  readonly device: 'wireguard' | 'flannel';
  readonly headers: (underlay: IpFamily, vtep: IpFamily) => readonly Header[];
  readonly why: string;
  /** As wg-quick and flannel call it by default. */
  readonly usualName: (underlay: IpFamily, vtep: IpFamily) => string;
}
