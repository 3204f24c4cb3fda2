import type { Plan } from '../repair/plan.ts';

/** Every host and route table that a plan changes. A stage without a plan acts on the node itself. */
export function hostsActedOn(plan: Plan | null, node: string): readonly string[] {
  if (plan === null) return [node];
  return [...plan.hosts.map(({ host }) => host), ...(plan.routeTables ?? []).map(({ table }) => table)];
}
