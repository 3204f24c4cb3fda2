import type { Facts } from '../diagnosis/facts.ts';
import { cloudRouteByHand } from './cloud-route-by-hand.ts';
import type { Plan } from './plan.ts';
import { planCloudRoutes } from './plan-cloud-routes.ts';

/** What the stage `cloud-route` would do: changes of route tables, and nothing on any host. */
export function planCloudRoute(facts: Facts): Plan {
  const plan = planCloudRoutes(facts);
  const nowhere = { device: facts.evidence.flannelDevice, hosts: [] };
  return plan.type === 'planned'
    ? { ...nowhere, routeTables: plan.changes, beyond: plan.beyond }
    : { ...nowhere, beyond: [cloudRouteByHand(facts)] };
}
