import type { Finding } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

/** kubelet renews its lease every 10 s; the node controller gives up after 40 s (kube-controller-manager defaults). */
const LEASE_EXPIRED_SECONDS = 40;

/** Neither the agent's own way out to AWS nor the lease lives: the host or its uplink is gone, the overlay is not to blame. */
export function nodeOffline({ evidence }: Facts): Finding {
  const lease = evidence.kubernetes.leaseAgeSeconds;
  if (evidence.agent === 'online') return not('the SSM agent of the node answers');
  if (lease === null) return not('the node lease could not be read');
  if (lease <= LEASE_EXPIRED_SECONDS) return not(`the node lease is ${Math.round(lease)} s old: the node is alive`);
  return {
    type: 'found',
    class: 'node-offline',
    cause: 'node-or-uplink-dead',
    hostAtFault: evidence.target.node,
    confidence: evidence.agent === 'offline' ? 0.95 : 0.6,
    because: [`SSM agent is ${evidence.agent}`, `node lease is ${Math.round(lease)} s old`],
  };
}

function not(why: string): Finding {
  return { type: 'not', class: 'node-offline', why };
}
