import { planLines } from '../../../core/repair/plan.ts';
import { planCloudRoute } from '../../../core/repair/plan-cloud-route.ts';
import { changeRouteTables, putRoutesBack } from './change-route-tables.ts';
import type { Rung } from './rung.ts';

/**
 * Sends the tunnel's network to the hub in the cloud's route tables. It needs no claim on the node: the fault affects every
 * host behind the hub.
 */
export const cloudRoute: Rung = {
  name: 'cloud-route',
  claim: null,
  confirmWithinSeconds: null,
  plan: ({ facts }) => planCloudRoute(facts),
  lines: (plan) => (plan === null ? [] : planLines(plan)),
  act: changeRouteTables,
  settle: async (run, action, settlement) => {
    // A route stays unless it is put back: there is nothing to confirm.
    if (settlement === 'put-back') await putRoutesBack(run, action);
  },
};
