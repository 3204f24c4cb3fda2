import { describe, expect, it } from 'vitest';
import { hypothesize } from '../../../core/alert/hypothesize.ts';
import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS, resolveTarget } from '../../../core/alert/resolve-target.ts';
import { allRules, ruleGroups } from '../../../monitoring/rules/rule-groups.ts';
import { ruleCases } from '../../contract/monitoring/rule-cases.ts';

const alerts = ruleGroups('https://docs.example.com/alerts')
  .flatMap(({ rules }) => rules)
  .filter((rule) => 'alert' in rule);

describe('every alert rule', () => {
  it('has a case that shows it firing and recovering', () => {
    expect(ruleCases.map(({ alert }) => alert).toSorted()).toEqual(allRules.map(({ name }) => name).toSorted());
  });

  it.each(alerts)('$alert gives intake a target and its class as the first hypothesis', ({ labels, annotations }) => {
    const all = { ...labels, cluster: 'lab', node: 'gpu-1' };
    const rules = { clusterLabels: DEFAULT_CLUSTER_LABELS, nodeLabels: DEFAULT_NODE_LABELS, defaultCluster: null };
    expect(resolveTarget(all, rules)).toEqual({ type: 'resolved', target: { cluster: 'lab', node: 'gpu-1' } });
    expect(hypothesize(all)).toBe(labels['restitch_class']);
    expect(annotations['runbook_url']).toMatch(/^https:.*#[a-z]+$/);
  });
});
