import type { Finding } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';
import { networkHealth } from '../network-health.ts';

/** The pod network is verified, and the node controller agrees that the node is ready. */
export function healthy(facts: Facts): Finding {
  const health = networkHealth(facts);
  if (!health.healthy) return not(health.reasons.join('; '));
  if (facts.evidence.kubernetes.ready !== 'True')
    return not(`the node's Ready condition is ${facts.evidence.kubernetes.ready}`);
  return {
    type: 'found',
    class: 'healthy',
    cause: 'all-paths-pass',
    hostAtFault: null,
    confidence: 0.97,
    because: health.reasons,
  };
}

function not(why: string): Finding {
  return { type: 'not', class: 'healthy', why };
}
