import { allow, ask, type Guard } from './guard.ts';

/** Whom the stage itself, the team's policy or the plan makes ask. A plan that rests on one node's word asks always. */
export const approval: Guard = {
  name: 'approval',
  decide: ({ stage, plan, approveByPolicy }) => {
    const asks = plan?.asks ?? [];
    const inputs = { rule: stage.approval, approveByPolicy, asks };
    if (asks.length > 0) return ask(inputs, asks.join('; '));
    if (stage.approval === 'required') return ask(inputs, `${stage.name} always needs approval`);
    if (stage.approval === 'by-policy' && approveByPolicy) return ask(inputs, `the policy asks before ${stage.name}`);
    return allow(inputs);
  },
};
