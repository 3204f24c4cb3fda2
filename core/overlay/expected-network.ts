import type { NodeEvidence } from '../evidence/node-evidence.ts';
import type { ExpectedTables } from '../evidence/table-digests.ts';
import type { Operation } from '../grammar/operation.ts';
import type { Drift } from './drift.ts';
import type { Member } from './member.ts';
import type { DeviceSettings, Overlay, Readings } from './overlay.ts';

/** What a fleet's overlay is, whichever it is, for one address family; what it must look like; how it is put right. */
export interface ExpectedNetwork {
  /** What differs from overlay to overlay; null: this node's overlay is one that Restitch does not know. */
  readonly traits: OverlayTraits | null;
  readonly members: readonly Member[];
  /** Nodes of another overlay, and those whose object does not say enough; nothing is concluded about them. */
  readonly unusable: readonly { readonly node: string; readonly reason: string }[];
  /** Nodes whose objects say the same of what only one can have. Nothing is done about any of them, on any host. */
  readonly conflicts: readonly Conflict[];
  readonly device: (settings: DeviceSettings) => string | null;
  /**
   * Everything on one host that differs from the expected network. A table that the host could not read (`unseen`) yields
   * no drift: nothing is concluded from what was not seen. Nor is anything about a host that is not in the network.
   */
  readonly findDrift: (
    host: string,
    measured: NodeEvidence,
    device: string | null,
    inFocus?: readonly string[],
  ) => readonly Drift[];
  /** The entries on flannel's own device that all hosts have in common; undefined: each has to print its own. */
  readonly expectedTables: (device: string | null) => ExpectedTables | undefined;
  /** The operations that put one difference right; empty: more is needed than is known. */
  readonly mend: (drift: Drift, device: string | null, readings: Readings) => readonly Operation[];
  /** The overlay's own device made anew on a host; empty: nothing here can make it. */
  readonly rebuild: (host: string, device: string | null, readings: Readings) => readonly Operation[];
  /** Every entry that a host must hold on flannel's own device. */
  readonly fullState: (host: string, device: string | null, readings: Readings) => readonly Operation[];
  readonly focus: (node: string) => readonly string[];
  /** What a tunnel below the overlay must carry for a node. */
  readonly carriedNetworks: (node: string) => readonly string[];
}

/** Two or more nodes that claim the same pod CIDR, address, MAC or key. */
export interface Conflict {
  readonly what: string;
  readonly value: string;
  readonly nodes: readonly string[];
}

/** What is fixed for an overlay, whatever its nodes are. */
export type OverlayTraits = Pick<
  Overlay<Member>,
  'name' | 'backendType' | 'causes' | 'wholeHostCause' | 'remakesLostDevice' | 'tables' | 'mtu' | 'blockedCause'
>;
