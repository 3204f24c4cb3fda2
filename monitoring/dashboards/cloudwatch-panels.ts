import {
  MetricEditorMode,
  MetricQueryType,
  MetricsQueryBuilder,
  QueryMode,
} from '@grafana/grafana-foundation-sdk/cloudwatch';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { METRIC_NAMESPACE, type MetricDimension, type MetricName, metricList } from '../../core/metrics/metric-list.ts';

/** One metric of the list. `each`: a line for each value of this dimension. `period`: seconds; absent: Grafana chooses it. */
export interface Asked {
  readonly metric: MetricName;
  /** As CloudWatch calls it: `Maximum`, `Sum`, `p90`. */
  readonly statistic: string;
  /** Without it, counted for the cluster as a whole. */
  readonly each?: Exclude<MetricDimension, 'Stack' | 'Cluster'>;
  readonly label?: string;
  readonly period?: number;
}

/** The question that a panel answers is its title. */
export interface CloudWatchQuestion {
  readonly title: string;
  readonly asked: readonly Asked[];
  /** Lines that add up. */
  readonly stacked?: boolean;
}

/** Which CloudWatch, and which stack and cluster in it, is chosen on the dashboard. The region is that of the data source. */
const dataSource = { type: 'cloudwatch', uid: '$cloudwatch' };
const REGION = 'default';
/** Every figure of a stack and of a cluster is written with this one. */
const FOUND_BY: MetricName = 'OpenIncidents';

/** Made for Grafana 11 and later. `uid` is its address. */
export function cloudWatchDashboardOf(uid: string, title: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['restitch'])
    .refresh('1m')
    .time({ from: 'now-24h', to: 'now' })
    .readonly()
    .withVariable(new DatasourceVariableBuilder('cloudwatch').label('CloudWatch').type('cloudwatch'))
    .withVariable(valuesOf('stack', 'Stack', {}))
    .withVariable(valuesOf('cluster', 'Cluster', { Stack: ['$stack'] }));
}

function valuesOf(name: string, dimensionKey: MetricDimension, dimensionFilters: Readonly<Record<string, unknown>>) {
  return new QueryVariableBuilder(name)
    .label(name)
    .datasource(dataSource)
    .query({
      refId: `CloudWatchVariableQueryEditor-${name}`,
      queryType: 'dimensionValues',
      namespace: METRIC_NAMESPACE,
      region: REGION,
      metricName: FOUND_BY,
      dimensionKey,
      dimensionFilters,
    })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

/** The latest value of a metric. */
export function cloudWatchStat({ title, asked }: CloudWatchQuestion, span: number): Builder<Panel> {
  const panel = new StatBuilder().title(title).unit(unitOf(asked)).datasource(dataSource).span(span).height(4);
  for (const [index, one] of asked.entries()) panel.withTarget(queryOf(one, index));
  return panel;
}

/** Lines over time, from 0 on. */
export function cloudWatchLines({ title, asked, stacked = false }: CloudWatchQuestion, span: number): Builder<Panel> {
  const panel = new TimeseriesBuilder()
    .title(title)
    .unit(unitOf(asked))
    .min(0)
    .datasource(dataSource)
    .span(span)
    .height(8)
    .fillOpacity(stacked ? 30 : 0)
    .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None).group('A'));
  for (const [index, one] of asked.entries()) panel.withTarget(queryOf(one, index));
  return panel;
}

/** Grafana's name of the unit that all of them have. */
function unitOf(asked: readonly Asked[]): string {
  return asked.every(({ metric }) => metricList[metric].unit === 'Seconds') ? 's' : 'short';
}

function queryOf({ metric, statistic, each, label, period }: Asked, index: number): MetricsQueryBuilder {
  // What is counted for no cluster is counted for the stack.
  const ofCluster = metricList[metric].sets.some((set) => set.some((name) => name === 'Cluster'));
  return new MetricsQueryBuilder()
    .refId(String.fromCodePoint('A'.charCodeAt(0) + index))
    .id('')
    .queryMode(QueryMode.Metrics)
    .metricQueryType(MetricQueryType.Search)
    .metricEditorMode(MetricEditorMode.Builder)
    .region(REGION)
    .namespace(METRIC_NAMESPACE)
    .metricName(metric)
    .dimensions({
      Stack: '$stack',
      ...(ofCluster ? { Cluster: '$cluster' } : {}),
      ...(each === undefined ? {} : { [each]: '*' }),
    })
    .matchExact(true)
    .statistic(statistic)
    .period(period === undefined ? '' : String(period))
    .label(label ?? (each === undefined ? metric : `\${PROP('Dim.${each}')}`))
    .expression('');
}
