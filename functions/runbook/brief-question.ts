import { findNode, hubOf } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { summarisePlan } from '../../core/repair/summarise-plan.ts';
import type { ApprovalBrief } from '../../core/safety/approval-brief.ts';
import { type ApprovalRule, ruleFor } from '../../core/safety/approval-rules.ts';
import type { ScopeUse } from '../../core/safety/judge-capacity.ts';
import { ruleSubject } from '../../core/safety/rule-subject.ts';
import type { Seen } from './look/seen.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';
import type { RunbookSettings } from './settings.ts';

/** Two or three facts decide; the receipt has them all. */
const MOST_FACTS = 3;
const LONGEST_FACT = 300;

/** What is known of a question before it is asked, and the rule that it falls under. */
export interface Briefing {
  readonly brief: Omit<ApprovalBrief, 'gpus' | 'tried'>;
  readonly rule: ApprovalRule | undefined;
}

/**
 * What a person needs to know before they decide, from what was seen. `approvalRules`: those that count now. Pure, so that a replay comes
 * to the same.
 */
export function briefQuestion(
  { labels, approvalRules }: Pick<RunbookSettings, 'labels' | 'approvalRules'>,
  { evidence, diagnosis }: Seen,
  { stage, plan, lines }: PlannedStage,
  uses: readonly ScopeUse[],
): Briefing {
  const { nodes, target } = evidence;
  const node = findNode(nodes, target.node);
  const { class: faultClass, cause, hostAtFault, confidence, because } = diagnosis;
  const planned = { node: target.node, plan, rung: stage.name, faultClass };
  const subject = ruleSubject({ nodes, labels }, planned);
  const rule = ruleFor(approvalRules, subject);
  const brief = {
    class: faultClass,
    cause,
    hostAtFault,
    confidence,
    because: because.slice(0, MOST_FACTS).map((fact) => fact.slice(0, LONGEST_FACT)),
    pools: [...subject.pools],
    site: node?.metadata.labels[labels.site] ?? null,
    hub: (node && hubOf(nodes, node, labels)?.metadata.name) ?? null,
    summary: [...summarisePlan(plan, lines)],
    lineCount: lines.length,
    budget: uses.map((use) => ({ ...use })),
    onExpiry: rule?.onExpiry ?? 'next-rung',
  };
  return { brief, rule };
}

/** `reconcile against vxlan-wedge (fdb-missing)`, oldest first. */
export function triedBefore({ tried }: Pick<Incident, 'tried'>): readonly string[] {
  return tried.map(({ stage, class: faultClass, cause }) => `${stage} against ${faultClass} (${cause})`);
}
