import { type Finding, notA } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

const not = notA('unsupported-overlay');

/** Restitch does not know the node's overlay. It cannot tell what the network must look like, and changes nothing. */
export function unsupportedOverlay({ network, name }: Facts): Finding {
  if (network.traits !== null) return not(`the overlay is ${network.traits.name}`);
  return {
    type: 'found',
    basis: 'state',
    cause: 'unsupported-overlay',
    hostAtFault: name,
    direction: null,
    confidence: 0.97,
    because: network.unusable.map(({ reason }) => reason),
    despite: [],
  };
}
