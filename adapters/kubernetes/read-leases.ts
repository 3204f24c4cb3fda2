import * as z from 'zod';
import type { LeaseAges } from '../../core/safety/stale-leases.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { toKubernetesError } from './kubernetes-error.ts';
import { parseJson } from './parse-node.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const PAGE = 500;
const Lease = z.object({ spec: z.object({ renewTime: z.string().optional() }).default({}) });
const LeasePage = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(Lease.extend({ metadata: z.object({ name: z.string() }) })),
});

/**
 * The kubelet renews its Lease every 10 s. In pages, as the Nodes; a lease without a time is left out. Our role may lack access to
 * Leases: 403 counts as `unknown`.
 */
export async function listLeaseAges(api: ApiClient, now: number, timeoutMs: number): Promise<LeaseAges> {
  const ages = new Map<string, number>();
  let next: string | undefined;
  do {
    const more = next === undefined ? '' : `&continue=${encodeURIComponent(next)}`;
    const answer = await api({ method: 'GET', path: `${LEASES}?limit=${PAGE}${more}`, timeoutMs });
    if (isMissing(answer)) return 'unknown';
    if (answer.type !== 'answer' || answer.status !== 200) throw toKubernetesError('list leases', answer);
    const page = LeasePage.safeParse(parseJson(answer.text)).data;
    if (page === undefined) return 'unknown';
    for (const lease of page.items) {
      const age = ageAt(lease, now);
      if (age !== undefined) ages.set(lease.metadata.name, age);
    }
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return ages;
}

function isMissing(answer: ApiAnswer): boolean {
  return answer.type === 'answer' && (answer.status === 403 || answer.status === 404);
}

/** Clocks differ: a renewal time in the future counts as age 0. */
function ageAt(lease: z.infer<typeof Lease> | undefined, now: number): number | undefined {
  const renewedAt = Date.parse(lease?.spec.renewTime ?? '');
  return Number.isNaN(renewedAt) ? undefined : Math.max(0, (now - renewedAt) / 1_000);
}
