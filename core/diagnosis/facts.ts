import { type Drift, peerOf } from '../evidence/drift.ts';
import { type Evidence, measuredBy, readingOf } from '../evidence/evidence.ts';
import { type ExpectedNetwork, expectedNetwork, type Vtep } from '../evidence/expected-network.ts';
import { findDrift } from '../evidence/find-drift.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { parseIp } from '../network/address.ts';
import { contains, parseCidr } from '../network/cidr.ts';

/** What every rule looks at, derived once from the evidence. */
export interface Facts {
  readonly evidence: Evidence;
  readonly network: ExpectedNetwork;
  /** The node's own place in the expected network; undefined when its Node object does not say. */
  readonly self: Vtep | undefined;
  readonly node: NodeEvidence | undefined;
  readonly hub: NodeEvidence | undefined;
  /** Differences on the node, and on the other hosts those that concern the node. */
  readonly drifts: readonly Drift[];
  /** The node reaches the fleet through a WireGuard tunnel to the hub. */
  readonly tunnelled: boolean;
}

export function deriveFacts(evidence: Evidence): Facts {
  const network = expectedNetwork(evidence.nodes);
  const self = network.vteps.find((vtep) => vtep.node === evidence.target.node);
  const node = measuredBy(readingOf(evidence, 'node'));
  const hub = measuredBy(readingOf(evidence, 'hub'));
  return {
    evidence,
    network,
    self,
    node,
    hub,
    drifts: concerningDrifts(evidence, network),
    tunnelled: isTunnelled(evidence, self, node, hub),
  };
}

function concerningDrifts(evidence: Evidence, network: ExpectedNetwork): readonly Drift[] {
  return evidence.readings.flatMap((reading) => {
    const measured = measuredBy(reading);
    if (measured === undefined) return [];
    const drifts = findDrift(reading.host, network, measured, evidence.vxlanDevice);
    if (reading.role === 'node') return drifts;
    return drifts.filter((drift) => peerOf(drift) === undefined || peerOf(drift) === evidence.target.node);
  });
}

function isTunnelled(
  evidence: Evidence,
  self: Vtep | undefined,
  node: NodeEvidence | undefined,
  hub: NodeEvidence | undefined,
): boolean {
  const ownDevice = node?.links.some((link) => link.name === evidence.wireguardDevice) ?? false;
  const address = self === undefined ? undefined : parseIp(self.publicIp);
  const knownToHub =
    address !== undefined &&
    (hub?.wireguard?.peers ?? []).some((peer) =>
      peer.allowedIps.some((text) => {
        const cidr = parseCidr(text);
        return cidr !== undefined && cidr.prefix > 0 && contains(cidr, address);
      }),
    );
  return ownDevice || knownToHub;
}
