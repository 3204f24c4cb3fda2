import { readingOf } from '../../evidence/evidence.ts';
import { measuredPaths } from '../../evidence/paths.ts';
import type { Finding } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

/** The hub is silent for a healthy peer of another site as well: every leaf behind it only shows the symptom. */
export function hubOutage({ evidence }: Facts): Finding {
  const hub = readingOf(evidence, 'hub');
  if (hub === undefined) return not('the node has no hub, or it is the hub');
  if (hub.passive.status === 'read') return not('the hub itself answers');
  const toHub = measuredPaths(evidence).filter((path) => path.to === hub.host && path.kind === 'underlay');
  if (toHub.length === 0) return not('no path to the hub was measured');
  if (toHub.some((path) => path.passed)) return not('a path to the hub passes');
  return {
    type: 'found',
    class: 'hub-outage',
    cause: 'hub-unreachable',
    hostAtFault: hub.host,
    confidence: toHub.length > 1 ? 0.9 : 0.6,
    because: [hub.passive.reason, ...toHub.map((path) => `${path.from} cannot reach the hub`)],
  };
}

function not(why: string): Finding {
  return { type: 'not', class: 'hub-outage', why };
}
