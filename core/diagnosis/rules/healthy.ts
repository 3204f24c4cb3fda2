import { sees } from '../../evidence/evidence.ts';
import { type Finding, notA } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';
import { networkHealth } from '../network-health.ts';
import { unseenBridgeCalls } from '../service-rules.ts';

const not = notA('healthy');

/** The pod network is verified, and the node controller agrees that the node is ready. */
export function healthy(facts: Facts): Finding {
  const { kubernetes } = facts.evidence;
  const health = networkHealth(facts);
  if (!health.healthy) return not(health.reasons.join('; '));
  if (facts.node !== undefined && !sees(facts.node, 'agents')) return not('which programs run there was not seen');
  const [unseen] = unseenBridgeCalls(facts);
  if (unseen !== undefined) return not(unseen);
  if (kubernetes.ready !== 'True') return not(`the node's Ready condition is ${kubernetes.ready}`);
  const gaps = facts.node?.unseen ?? [];
  return {
    type: 'found',
    basis: 'symptom',
    cause: 'all-paths-pass',
    hostAtFault: null,
    direction: null,
    confidence: 0.97,
    because: health.reasons,
    despite: [
      ...(facts.planes.lease === 'expired' ? ['the node lease is old'] : []),
      ...gaps.map(({ what, why }) => `${what} could not be seen: ${why}`),
    ],
  };
}
