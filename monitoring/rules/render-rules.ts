import { stringify } from 'yaml';
import type { Recording } from './cause-rule.ts';
import type { PrometheusAlert, RuleGroup } from './rule-groups.ts';

const HEADER = '# Written by `npm run monitoring` from monitoring/rules. Change it there.\n';
/** Evaluated twice as often as the watchdog runs. */
const INTERVAL = '15s';
/** Line breaks would be folded differently by every tool. */
const asYaml = (value: unknown) => HEADER + stringify(value, { lineWidth: 0 });
const isAlert = (rule: PrometheusAlert | Recording): rule is PrometheusAlert => 'alert' in rule;

/** A rule file of Prometheus (`rule_files`). */
export function renderPlain(groups: readonly RuleGroup[]): string {
  return asYaml({ groups: groups.map((group) => ({ name: group.name, interval: INTERVAL, rules: group.rules })) });
}

/** The same for the Prometheus operator. `role` and `prometheus` are the labels that kube-prometheus selects by. */
export function renderPrometheusRule(groups: readonly RuleGroup[]): string {
  return asYaml({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'restitch', namespace: 'monitoring', labels: { role: 'alert-rules', prometheus: 'k8s' } },
    spec: { groups: groups.map((group) => ({ name: group.name, interval: INTERVAL, rules: group.rules })) },
  });
}

/** The recording rules alone, for a Prometheus whose alerts Grafana evaluates. */
export function renderRecordings(groups: readonly RuleGroup[]): string {
  return renderPlain(groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => !isAlert(rule)) })));
}

/** Grafana-managed alert rules, as a file of Grafana's provisioning (`provisioning/alerting`). */
export function renderGrafana(groups: readonly RuleGroup[]): string {
  return asYaml({
    apiVersion: 1,
    groups: groups.map(({ name, rules }) => ({
      orgId: 1,
      name,
      folder: 'Restitch',
      interval: INTERVAL,
      rules: rules.filter(isAlert).map(grafanaRule),
    })),
  });
}

/** Every expression of ours yields positive values where it holds, and nothing elsewhere. */
function grafanaRule({ alert, expr, for: lasting, labels, annotations }: PrometheusAlert) {
  const range = { from: 600, to: 0 };
  return {
    uid: `restitch-${alert.toLowerCase()}`,
    title: alert,
    condition: 'B',
    data: [
      {
        refId: 'A',
        relativeTimeRange: range,
        datasourceUid: 'prometheus',
        model: { refId: 'A', expr, instant: true },
      },
      {
        refId: 'B',
        relativeTimeRange: range,
        datasourceUid: '__expr__',
        model: {
          refId: 'B',
          type: 'threshold',
          expression: 'A',
          conditions: [{ evaluator: { type: 'gt', params: [0] } }],
        },
      },
    ],
    for: lasting,
    noDataState: 'OK',
    execErrState: 'Error',
    labels,
    annotations,
  };
}
