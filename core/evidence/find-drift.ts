import type { Drift } from './drift.ts';
import { type ExpectedNetwork, hostAndPeers } from './expected-network.ts';
import { findVxlanDrift } from './find-vxlan-drift.ts';
import { findNativeDrift } from './native/find-native-drift.ts';
import type { NodeEvidence } from './node-evidence.ts';

/**
 * Everything on one host that differs from the expected network. A table that the host could not read (`unseen`) yields
 * no drift: nothing is concluded from what was not seen. Nor is anything about a host that is not in the network. `inFocus`:
 * nodes whose entries the host was told not to leave out, however many there are.
 */
export function findDrift(
  host: string,
  network: ExpectedNetwork,
  evidence: NodeEvidence,
  device: string,
  inFocus: readonly string[] = [],
): readonly Drift[] {
  if (network.backend === 'vxlan') {
    const around = hostAndPeers(network, host);
    return around === undefined ? [] : findVxlanDrift(around, evidence, device);
  }
  const around = hostAndPeers(network, host);
  return around === undefined ? [] : findNativeDrift(around, evidence, device, inFocus);
}
