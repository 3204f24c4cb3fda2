import { isEmptyPlan } from '../../repair/plan.ts';
import { allow, deny, type Guard } from './guard.ts';

/** A plan must change something. */
export const plan: Guard = {
  name: 'plan',
  decide: ({ plan: planned, stage }) => {
    const inputs = {
      hosts: planned?.hosts.map(({ host }) => host) ?? [],
      routeTables: planned?.routeTables?.map(({ table }) => table) ?? [],
    };
    if (planned === null || !isEmptyPlan(planned)) return allow(inputs);
    return deny(inputs, `${stage.name} has an empty plan`);
  },
};
