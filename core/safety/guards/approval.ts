import { allow, ask, type Guard } from './guard.ts';

/**
 * Whom the stage itself, the team's policy or the plan makes ask. A plan that rests on one node's word asks always. A stage that
 * has earned to act unasked needs the runbook's approval no more.
 */
export const approval: Guard = {
  name: 'approval',
  decide: ({ stage, plan, approveByPolicy, standing }) => {
    const asks = plan?.asks ?? [];
    const earned = standing.autonomy.earned && standing.autonomy.level === 'auto';
    const inputs = { rule: stage.approval, approveByPolicy, asks, earned };
    if (asks.length > 0) return ask(inputs, asks.join('; '));
    if (stage.approval === 'always' || (stage.approval === 'required' && !earned))
      return ask(inputs, `${stage.name} always needs approval`);
    if (stage.approval === 'by-policy' && approveByPolicy) return ask(inputs, `the policy asks before ${stage.name}`);
    return allow(inputs);
  },
};
