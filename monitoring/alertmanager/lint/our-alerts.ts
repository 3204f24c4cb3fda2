import { ruleGroups } from '../../rules/rule-groups.ts';
import type { KnownLabels } from './matchers.ts';

/** An alert of monitoring/rules, as far as its labels are known without a fleet. */
export interface OurAlert {
  readonly name: string;
  readonly rank: string;
  readonly labels: KnownLabels;
}

/** Every alert has a cluster and a node. Its pool, site, hub and external labels depend on the fleet. */
export const ourAlerts: readonly OurAlert[] = ruleGroups('')
  .flatMap(({ rules }) => rules)
  .flatMap((rule) => ('alert' in rule ? [rule] : []))
  .map(({ alert, labels }) => ({
    name: alert,
    rank: labels['restitch_rank'] ?? '',
    labels: { ...labels, alertname: alert, cluster: null, node: null },
  }));

/** What Restitch works on. Remarks are for people. */
export const alertsForUs = ourAlerts.filter(({ rank }) => rank !== 'remark');
export const remarks = ourAlerts.filter(({ rank }) => rank === 'remark');
