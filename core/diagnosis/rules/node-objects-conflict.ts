import { brokenPaths, describePath } from '../../evidence/paths.ts';
import { everyLayerAndWorkload } from '../../evidence/probe-name.ts';
import type { Conflict } from '../../overlay/expected-network.ts';
import { type Finding, notA } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

const not = notA('node-objects-conflict');

/**
 * The node's object claims what another one claims too: which of them is right is not known, so nothing is done about either
 * on any host. Nor can the network be called healthy: a probe may be answered by the other node.
 */
export function nodeObjectsConflict(facts: Facts): Finding {
  const { network, name, evidence } = facts;
  const own = network.conflicts.filter(({ nodes }) => nodes.includes(name));
  if (own.length === 0) return not('no other Node object claims what this one does');
  const broken = brokenPaths(evidence, everyLayerAndWorkload);
  return {
    type: 'found',
    basis: 'state',
    cause: 'node-objects-conflict',
    hostAtFault: null,
    direction: null,
    confidence: 0.97,
    because: [...own.map(describeConflict), ...broken.map(describePath)],
    despite: [],
  };
}

export function describeConflict({ what, value, nodes }: Conflict): string {
  return `${nodes.join(' and ')} claim the same ${what}: ${value}`;
}
