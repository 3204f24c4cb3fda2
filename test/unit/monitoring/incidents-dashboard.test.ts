import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { METRIC_NAMESPACE, metricList } from '../../../core/metrics/metric-list.ts';
import { incidentsDashboard } from '../../../monitoring/dashboards/incidents-dashboard.ts';

const Target = z.object({
  refId: z.string().length(1),
  queryMode: z.literal('Metrics'),
  metricQueryType: z.literal(0),
  metricEditorMode: z.literal(0),
  region: z.literal('default'),
  namespace: z.literal(METRIC_NAMESPACE),
  metricName: z.string(),
  dimensions: z.record(z.string(), z.string()),
  matchExact: z.literal(true),
  statistic: z.string().regex(/^(Sum|Average|Maximum|p\d{2})$/),
});
const Panel = z.object({
  title: z.string().min(1),
  type: z.string(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  datasource: z.object({ type: z.literal('cloudwatch'), uid: z.literal('$cloudwatch') }).optional(),
  targets: z.array(Target).default([]),
});
const Variable = z.object({
  name: z.string(),
  query: z.union([z.string(), z.looseObject({ metricName: z.string() })]),
});
const Board = z.object({ panels: z.array(Panel), templating: z.object({ list: z.array(Variable) }) });

const board = Board.parse(JSON.parse(JSON.stringify(incidentsDashboard())));
const targets = board.panels.flatMap((panel) => panel.targets);

describe('the dashboard of incidents', () => {
  it('asks for metrics that the functions write, by dimensions that they have', () => {
    const listed = Object.entries(metricList).flatMap(([metric, { sets }]) =>
      sets.map((set) => `${metric} by ${['Stack', ...set].toSorted().join()}`),
    );
    const asked = targets.map(
      ({ metricName, dimensions }) => `${metricName} by ${Object.keys(dimensions).toSorted().join()}`,
    );
    expect(asked.filter((each) => !listed.includes(each))).toEqual([]);
    expect(Object.keys(metricList).filter((name) => !targets.some(({ metricName }) => metricName === name))).toEqual(
      [],
    );
  });

  it('finds stack and cluster in what every pass of sweep writes', () => {
    const [, stack, cluster] = board.templating.list;
    expect(stack).toMatchObject({ name: 'stack', query: { metricName: 'OpenIncidents', dimensionKey: 'Stack' } });
    expect(cluster).toMatchObject({ name: 'cluster', query: { dimensionFilters: { Stack: ['$stack'] } } });
    const used = targets.flatMap(({ dimensions }) => Object.values(dimensions).filter((value) => value !== '*'));
    expect([...new Set(used)].toSorted()).toEqual(['$cluster', '$stack']);
  });

  it('tells the queries of a panel apart', () => {
    for (const { title, targets: own } of board.panels)
      expect([title, new Set(own.map(({ refId }) => refId)).size]).toEqual([title, own.length]);
  });

  it('begins with what is open, and has a place for each panel', () => {
    expect(board.panels.find(({ type }) => type !== 'row')?.title).toBe('Open incidents');
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(board.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});
