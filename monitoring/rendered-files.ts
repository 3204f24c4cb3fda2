import { fleetDashboard } from './dashboards/fleet-dashboard.ts';
import { incidentsDashboard } from './dashboards/incidents-dashboard.ts';
import { nodeDashboard } from './dashboards/node-dashboard.ts';
import { renderGrafana, renderPlain, renderPrometheusRule, renderRecordings } from './rules/render-rules.ts';
import { ruleGroups } from './rules/rule-groups.ts';
import { buildWatchdogFrom } from './watchdog/build-watchdog.ts';
import { renderDaemonSet } from './watchdog/render-daemonset.ts';

/** Where annotations point to. A team that serves the docs elsewhere replaces it. */
const DOCS = 'https://docs.example.com/restitch/alerts';

/** Every file that is made from others here, by its path within monitoring/. */
export function renderedFiles(): Readonly<Record<string, string>> {
  const groups = ruleGroups(DOCS);
  const watchdog = buildWatchdogFrom();
  return {
    'watchdog/restitch-watchdog': watchdog,
    'watchdog/daemonset.yaml': renderDaemonSet(watchdog),
    'dashboards/restitch-fleet.json': `${JSON.stringify(fleetDashboard(), null, 2)}\n`,
    'dashboards/restitch-incidents.json': `${JSON.stringify(incidentsDashboard(), null, 2)}\n`,
    'dashboards/restitch-node.json': `${JSON.stringify(nodeDashboard(), null, 2)}\n`,
    'rules/restitch.rules.yml': renderPlain(groups),
    'rules/restitch-recordings.rules.yml': renderRecordings(groups),
    'rules/restitch.prometheusrule.yaml': renderPrometheusRule(groups),
    'rules/restitch.grafana.yaml': renderGrafana(groups),
  };
}
