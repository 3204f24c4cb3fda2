import type { AccessReviews } from '../../adapters/kubernetes/access-reviews.ts';
import { type Check, type Finding, failed, look, notChecked, ok } from './check.ts';
import type { NeededRight } from './needed-rights.ts';

const REACH = 'see that the address in the kubeconfig is reached from here, and that its credentials still count';
const APPLY = 'kubectl apply -f deploy/kubernetes/rbac.yaml';

export interface AskedCluster {
  readonly reviews: AccessReviews;
  /** Whose credentials are used, and where they come from. */
  readonly by: string;
  /** `self`: the functions' own credentials; `group`: a person's, who asks for the groups of rbac.yaml. */
  readonly asks: 'self' | 'group';
}

/** The API server, and what the functions may do there, role by role. */
export async function clusterChecks(
  { reviews, by, asks }: AskedCluster,
  needed: readonly NeededRight[],
): Promise<readonly Check[]> {
  const reach = await look('cluster', 'API server', REACH, async () => ok(`${await reviews.version()}, by ${by}`));
  const roles = Map.groupBy(needed, ({ holder, role }) => `${role} for ${holder}`);
  if (reach.status !== 'ok')
    return [reach, { area: 'rights', subject: 'of the functions', ...notChecked('the API server does not answer') }];
  const checks = [...roles].map(([name, rights]) =>
    look('rights', name, APPLY, () => findingOf(reviews, rights, asks)),
  );
  return [reach, ...(await Promise.all(checks))];
}

async function findingOf(
  reviews: AccessReviews,
  rights: readonly NeededRight[],
  asks: AskedCluster['asks'],
): Promise<Finding> {
  const missing: NeededRight[] = [];
  for (const needed of rights) {
    const allowed = asks === 'self' ? reviews.mayI(needed.right) : reviews.mayGroup(needed.holder, needed.right);
    const answer = await allowed;
    if (answer === undefined) return notChecked('these credentials may not ask who may do what');
    if (!answer) missing.push(needed);
  }
  const told = missing.map(({ right }) => describe(right)).join(', ');
  const [first] = missing;
  if (first === undefined) return ok(rights.map(({ right }) => describe(right)).join(', '));
  // The functions work without an optional role, and say what they do not know.
  if (first.without !== undefined) return ok(`optional, and not given: ${first.without}`);
  return failed(`may not ${told}`, APPLY);
}

function describe({ verb, resource, namespace, name }: NeededRight['right']): string {
  const what = name === undefined ? resource : `${resource}/${name}`;
  return `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
