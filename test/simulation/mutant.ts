import type { createChainUnderTest } from '../fakes/chain-under-test.ts';
import type { storesOver } from '../fakes/recording-table.ts';

type Stores = ReturnType<typeof storesOver>;
export type ChainPorts = ReturnType<typeof createChainUnderTest>['ports'];

/** A way to break the chain that one of the invariants must catch. It wraps a port or changes a setting: no source is edited. */
export interface Mutant {
  readonly name: string;
  readonly what: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Changes the ports in place. */
  readonly change?: (ports: ChainPorts) => void;
  /** Changes the stores that the functions get. */
  readonly changeStores?: (stores: Stores) => Partial<Stores>;
  /** An execution is invoked on the version that is live, whatever it began on. */
  readonly executionsGoOnLive?: boolean;
  /** The journal of every host forgets, and its fence stands open. */
  readonly hostsForget?: boolean;
}
