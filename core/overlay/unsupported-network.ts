import type { ExpectedNetwork } from './expected-network.ts';
import { BACKEND_TYPE } from './flannel-lease.ts';

/**
 * The network of a node whose overlay Restitch does not know: nothing is expected of it, so nothing differs and nothing is
 * changed. `type`: what its annotation says, if anything.
 */
export function unsupportedNetwork(about: string, type: string | undefined, known: readonly string[]): ExpectedNetwork {
  const reason =
    type === undefined
      ? `the Node object of ${about} has no annotation ${BACKEND_TYPE}`
      : `the annotation ${BACKEND_TYPE} of ${about} is ${type}; known are ${known.join(', ')}`;
  return {
    traits: null,
    members: [],
    conflicts: [],
    unusable: [{ node: about, reason }],
    device: () => null,
    findDrift: () => [],
    expectedTables: () => undefined,
    mend: () => [],
    rebuild: () => [],
    fullState: () => [],
    focus: () => [],
    carriedNetworks: () => [],
  };
}
