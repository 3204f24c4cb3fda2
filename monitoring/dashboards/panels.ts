import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The question that a panel answers is its title. `legend`: of each series, with labels in double braces. */
export interface Question {
  readonly title: string;
  readonly expr: string;
  readonly legend?: string;
  /** Grafana's name of a unit. */
  readonly unit?: string;
}

/** Which Prometheus a dashboard reads is chosen on it. */
const dataSource = { type: 'prometheus', uid: '$prometheus' };
/** A dashboard is this wide. */
export const WIDTH = 24;

/** Made for Grafana 11 and later. `uid` is its address. */
export function dashboardOf(uid: string, title: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['restitch'])
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .readonly()
    .withVariable(new DatasourceVariableBuilder('prometheus').label('Prometheus').type('prometheus'))
    .withVariable(choice('cluster', 'label_values(restitch_watchdog_info, cluster)'));
}

/** A list to choose from, by a query of label values. */
export function choice(name: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(name)
    .datasource(dataSource)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

/** One number. */
export function stat({ title, expr, unit = 'short' }: Question, span: number): Builder<Panel> {
  return new StatBuilder()
    .title(title)
    .unit(unit)
    .datasource(dataSource)
    .span(span)
    .height(4)
    .withTarget(instant(expr));
}

/** A line per series. */
export function lines({ title, expr, legend, unit = 'short' }: Question, span: number): Builder<Panel> {
  return new TimeseriesBuilder()
    .title(title)
    .unit(unit)
    .min(0)
    .datasource(dataSource)
    .span(span)
    .height(8)
    .withTarget(overTime(expr, legend));
}

/** A row per series: since when. */
export function since({ title, expr, legend }: Question, span: number): Builder<Panel> {
  return new StateTimelineBuilder()
    .title(title)
    .datasource(dataSource)
    .span(span)
    .height(8)
    .withTarget(overTime(expr, legend));
}

/** What is so now, a row per series. */
export function rows({ title, expr }: Question, span: number): Builder<Panel> {
  return new TableBuilder()
    .title(title)
    .datasource(dataSource)
    .span(span)
    .height(8)
    .withTransformation({ id: 'labelsToFields', options: {} })
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { Time: true, __name__: true, job: true, instance: true, cluster: true } },
    })
    .withTarget(instant(expr).format(PromQueryFormat.Table));
}

function overTime(expr: string, legend = ''): DataqueryBuilder {
  return new DataqueryBuilder().expr(expr).legendFormat(legend).range();
}

function instant(expr: string): DataqueryBuilder {
  return new DataqueryBuilder().expr(expr).instant();
}
