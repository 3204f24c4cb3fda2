import { planLines } from '../../../core/repair/plan.ts';
import { planRepair } from '../../../core/repair/plan-repair.ts';
import { actOnHosts, CONFIRM_WITHIN_SECONDS, guardedChange, settleOnHosts } from './act-on-hosts.ts';
import type { Rung } from './rung.ts';

/** Puts back the entries that differ, on the hosts where they differ. No packet is lost, so the node stays schedulable. */
export const reconcile: Rung = {
  name: 'reconcile',
  claim: null,
  confirmWithinSeconds: CONFIRM_WITHIN_SECONDS,
  plan: planRepair,
  lines: (plan) => (plan === null ? [] : planLines(plan)),
  act: (run, action) =>
    actOnHosts(run, action, {
      document: 'apply',
      parameters: (part) => ({ ...guardedChange(part), check: 'false' }),
      isGuarded: true,
    }),
  settle: settleOnHosts,
};
