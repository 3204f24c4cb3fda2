import { brokenPaths, describePath } from '../../evidence/paths.ts';
import { everyLayerAndWorkload } from '../../evidence/probe-name.ts';
import type { Conflict } from '../../overlay/expected-network.ts';
import { wrongAnnouncement } from '../announced-address.ts';
import type { CauseName } from '../causes.ts';
import { type Finding, type Found, notA } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';
import { unreachedAddress } from '../unreached-address.ts';

const not = notA('node-objects-conflict');

/**
 * The node's object claims what another one claims too: which of them is right is not known, so nothing is done about either
 * on any host. Nor can the network be called healthy: a probe may be answered by the other node.
 */
export function nodeObjectsConflict(facts: Facts): Finding {
  const { network, name, evidence } = facts;
  const own = network.conflicts.filter(({ nodes }) => nodes.includes(name));
  const found = (cause: CauseName, hostAtFault: string | null, because: readonly string[]): Finding => ({
    type: 'found',
    basis: 'state',
    cause,
    hostAtFault,
    direction: null,
    confidence: 0.97,
    because: [...because, ...brokenPaths(evidence, everyLayerAndWorkload).map(describePath)],
    despite: [],
  });
  if (own.length > 0) return found('node-objects-conflict', null, own.map(describeConflict));
  const wrong = wrongAnnouncement(facts);
  if (wrong !== undefined) {
    const { host, announced, carried } = wrong;
    return found('wrong-interface-announced', host, [
      `${host} announces ${announced}, which the tunnel does not carry; it carries ${carried} of ${host}`,
    ]);
  }
  return unreached(facts) ?? not('no other Node object claims what this one does');
}

/** Told from packets alone, and a firewall before the address looks alike: too unsure for a rung that takes capacity away. */
const UNREACHED = 0.75;

function unreached(facts: Facts): Found | undefined {
  const found = unreachedAddress(facts);
  if (found === undefined) return undefined;
  const { host, announced, because } = found;
  return {
    type: 'found',
    basis: 'symptom',
    cause: 'wrong-interface-announced',
    hostAtFault: host,
    direction: host === facts.name ? 'to-node' : 'from-node',
    confidence: UNREACHED,
    because: [
      `${host} announces ${announced}, which is on none of its devices, and nobody reaches it there`,
      ...because,
    ],
    despite: [],
  };
}

export function describeConflict({ what, value, nodes }: Conflict): string {
  return `${nodes.join(' and ')} claim the same ${what}: ${value}`;
}
