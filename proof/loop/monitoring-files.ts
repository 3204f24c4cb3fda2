import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { renderedFiles } from '../../monitoring/rendered-files.ts';
import { shorten, shortenExpression } from './shorten.ts';

/** How often node_exporter is asked: as often as the watchdog runs. */
export const SCRAPE_INTERVAL = '30s';
/** What Prometheus takes unless it is told otherwise: a series that is older is gone. */
const LOOKBACK = '5m';

const RuleFile = z.object({
  groups: z.array(
    z.looseObject({
      interval: z.string(),
      rules: z.array(z.looseObject({ expr: z.string(), for: z.string().optional() })),
    }),
  ),
});

/** The rule file that is shipped, `factor` times as fast. */
export function ruleFile(factor: number): string {
  const { groups } = RuleFile.parse(parse(renderedFiles()['rules/restitch.rules.yml'] ?? ''));
  const faster = groups.map((group) => ({
    ...group,
    interval: shorten(group.interval, factor),
    rules: group.rules.map((rule) => ({
      ...rule,
      expr: shortenExpression(rule.expr, factor),
      ...(rule.for === undefined ? {} : { for: shorten(rule.for, factor) }),
    })),
  }));
  return stringify({ groups: faster }, { lineWidth: 0 });
}

export function lookback(factor: number): string {
  return shorten(LOOKBACK, factor);
}

export interface PrometheusTargets {
  readonly rules: string;
  /** host:port of each node_exporter. */
  readonly exporters: readonly string[];
  /** host:port. */
  readonly alertmanager: string;
}

export function prometheusFile({ rules, exporters, alertmanager }: PrometheusTargets, factor: number): string {
  return stringify({
    global: { scrape_interval: shorten(SCRAPE_INTERVAL, factor), external_labels: { cluster: 'lab' } },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'node', static_configs: [{ targets: exporters }] }],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
  });
}

const Route = z.looseObject({ group_wait: z.string(), group_interval: z.string(), repeat_interval: z.string() });
const AlertmanagerFile = z.looseObject({
  route: z.looseObject({ routes: z.tuple([Route]) }),
  receivers: z.array(z.looseObject({ name: z.string() })),
});

/** The Alertmanager configuration that is shipped, with the webhook's address and token filled in, `factor` times as fast. */
export function alertmanagerFile(webhookUrl: string, tokenFile: string, factor: number): string {
  const shipped = join(import.meta.dirname, '..', '..', 'monitoring', 'alertmanager', 'restitch.alertmanager.yml');
  const text = readFileSync(shipped, 'utf8')
    .replace('https://WEBHOOK_URL/', webhookUrl)
    .replace('/etc/alertmanager/restitch-token', tokenFile);
  const config = AlertmanagerFile.parse(parse(text));
  const [route] = config.route.routes;
  const faster = {
    ...route,
    group_wait: shorten(route.group_wait, factor),
    group_interval: shorten(route.group_interval, factor),
    repeat_interval: shorten(route.repeat_interval, factor),
  };
  return stringify({ ...config, route: { ...config.route, routes: [faster] } });
}
