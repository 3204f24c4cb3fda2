import type { FaultClass } from '../fault-class.ts';
import type { Target } from './target.ts';

/** An alert that nobody's rule fired. `startsAt`: epoch milliseconds. */
export interface SyntheticAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: number;
  /** Where Restitch gets it directly. Alertmanager makes its own, from the labels. */
  readonly fingerprint: string;
}

/** The rule in whose name it is sent. */
export interface AlertRuleWords {
  readonly name: string;
  readonly class: FaultClass;
  readonly severity: string;
  readonly rank: string;
}

/**
 * An alert with the labels of a rule, so that it takes the way of a real one. The label `restitch_test` makes it another alert than
 * a real one of the same rule and node: its end must not end that.
 */
export function syntheticAlert({ cluster, node }: Target, rule: AlertRuleWords, startsAt: number): SyntheticAlert {
  const test = startsAt.toString(36);
  return {
    labels: {
      alertname: rule.name,
      cluster,
      node,
      severity: rule.severity,
      restitch_class: rule.class,
      restitch_rank: rule.rank,
      restitch_test: test,
    },
    annotations: { summary: `A test alert, nobody’s rule fired: ${rule.name} on ${node}`, restitch_synthetic: 'true' },
    startsAt,
    fingerprint: `test${test}`,
  };
}
