import { agentRules } from './agent-rules.ts';
import type { CauseRule, Recording, RuleWords, SymptomRule } from './cause-rule.ts';
import { deviceRules } from './device-rules.ts';
import { entryRules } from './entry-rules.ts';
import { pathRecordings, pathRules } from './path-rules.ts';
import { remarkRules } from './remark-rules.ts';
import { tunnelRules } from './tunnel-rules.ts';

/** One rule as Prometheus has it. */
export interface PrometheusAlert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (PrometheusAlert | Recording)[];
}

export const causeRules: readonly CauseRule[] = [...entryRules, ...deviceRules, ...tunnelRules, ...agentRules];
export const symptomRules: readonly SymptomRule[] = [...pathRules, ...remarkRules];
export const allRules: readonly RuleWords[] = [...causeRules, ...symptomRules];

/** Where a rule is explained, beside whatever address the docs are served from. */
export const runbookUrl = (name: string, base: string) => `${base}#${name.toLowerCase()}`;

/** All rules, in the order in which Prometheus must evaluate them: what a rule reads is recorded before it. */
export function ruleGroups(docs: string): readonly RuleGroup[] {
  const [node, ...paths] = pathRecordings;
  const recordings = [...(node === undefined ? [] : [node]), ...causeRules.map(recordCause), ...paths];
  return [
    {
      name: 'restitch',
      rules: [
        ...recordings,
        ...causeRules.map((rule) => alertFrom(rule, 'cause', causeAlert(rule), docs)),
        ...symptomRules.map((rule) => alertFrom(rule, rule.rank, rule.expr, docs)),
      ],
    },
  ];
}

function recordCause({ name, level, expr, cutsPaths }: CauseRule): Recording {
  return {
    record: 'restitch:cause',
    expr: `count by (cluster, node) (${expr})`,
    labels: { cause: name, level: String(level), cuts: cutsPaths === false ? 'no' : 'yes' },
  };
}

/** Of several causes on a node only the deepest is told. One that cuts no paths is told beside it. */
function causeAlert({ name, level, cutsPaths }: CauseRule): string {
  const deeper = Array.from({ length: level - 1 }, (_, index) => index + 1);
  const own = `max by (cluster, node) (restitch:cause{cause="${name}"})`;
  const unless =
    deeper.length === 0 || cutsPaths === false
      ? ''
      : ` unless on (cluster, node) restitch:cause{cuts="yes", level=~"${deeper.join('|')}"}`;
  return `(${own}${unless}) * on (cluster, node) group_left (pool, site, hub) restitch:node`;
}

function alertFrom(rule: RuleWords, rank: string, expr: string, docs: string): PrometheusAlert {
  return {
    alert: rule.name,
    expr,
    for: rule.for,
    labels: { severity: rule.severity, restitch_class: rule.class, restitch_rank: rank },
    annotations: { summary: rule.summary, description: rule.advice, runbook_url: runbookUrl(rule.name, docs) },
  };
}
