import { ruleFor } from '../approval-rules.ts';
import { ruleSubject } from '../rule-subject.ts';
import { allow, ask, type Guard } from './guard.ts';

/**
 * Whom the stage itself, the team's rules or the plan makes ask. A plan that rests on one node's word asks always, and so does a stage
 * that is marked so. Then the first approval rule that fits decides. A stage that has earned to act unasked needs the runbook's approval
 * no more.
 */
export const approval: Guard = {
  name: 'approval',
  decide: ({ stage, diagnosis, node, nodes, labels, plan, approveByPolicy, approvalRules, standing }) => {
    const asks = plan?.asks ?? [];
    const earned = standing.autonomy.earned && standing.autonomy.level === 'auto';
    const planned = { node: node.metadata.name, plan, rung: stage.name, faultClass: diagnosis.class };
    const rule = ruleFor(approvalRules, ruleSubject({ nodes, labels }, planned));
    const inputs = { rule: stage.approval, approveByPolicy, approvalRule: rule ?? null, asks, earned };
    if (asks.length > 0) return ask(inputs, asks.join('; '));
    if (stage.approval === 'always') return ask(inputs, `${stage.name} always needs approval`);
    if (rule?.ask === 'nobody') return allow(inputs);
    if (rule?.ask !== undefined) return ask(inputs, `an approval rule asks before ${stage.name}`);
    if (stage.approval === 'required' && !earned) return ask(inputs, `${stage.name} always needs approval`);
    if (stage.approval === 'by-policy' && approveByPolicy) return ask(inputs, `the policy asks before ${stage.name}`);
    return allow(inputs);
  },
};
