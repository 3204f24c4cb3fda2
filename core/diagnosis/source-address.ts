import { holdsAddress } from '../network/cidr.ts';
import { type Facts, reaches } from './facts.ts';

/** A source that the node gives its own packets into the overlay, and to which no answer finds the way back. */
export interface WrongSource {
  readonly peer: string;
  readonly source: string;
}

/**
 * flannel's device has an address of the node's pods, and a packet into it carries that one unless a route names another source.
 * Only where the packets are lost: a fleet may route another source's answers by itself.
 */
export function wrongSources(facts: Facts): readonly WrongSource[] {
  const { network, node, name, self, evidence } = facts;
  if (self === undefined || evidence.flannelDevice === null) return [];
  return network.members.flatMap(({ node: peer, overlayIp }) => {
    const way = node?.ways?.find(({ address }) => address === overlayIp);
    const source = way?.device === evidence.flannelDevice ? way.source : null;
    if (source === null || holdsAddress(self.podCidr, source)) return [];
    return reaches(facts, name, peer) === 'lost' ? [{ peer, source }] : [];
  });
}
