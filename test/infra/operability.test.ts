import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { METRIC_NAMESPACE, metricList } from '../../core/metrics/metric-list.ts';
import { RestitchStack } from '../../lib/restitch-stack.ts';
import { stackSettingsOf } from './stack-settings-of.ts';

const topic = 'arn:aws:sns:eu-central-1:123456789012:pages';
const clusters = ['eu', 'us'] as const;

const Alarm = z.object({
  AlarmDescription: z.string().min(1),
  AlarmActions: z.array(z.string()),
  OKActions: z.array(z.string()),
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })),
  Statistic: z.string(),
  Period: z.int(),
  EvaluationPeriods: z.int(),
  Threshold: z.number(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.string(),
});

let template: Template;
let alarms: ReadonlyMap<string, z.infer<typeof Alarm>>;
let body = '';

beforeAll(() => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const settings = stackSettingsOf({ names: clusters, alarmTopic: topic });
  template = Template.fromStack(new RestitchStack(app, 'Restitch', { settings }));
  alarms = new Map(
    Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
      id.slice(0, -8),
      Alarm.parse(Properties),
    ]),
  );
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  body = bodyOf(dashboard?.['Properties'].DashboardBody);
});

/** The text of the dashboard, with the logical ids of resources in the place of what they are called. */
function bodyOf(value: unknown): string {
  const Joined = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });
  const part = (each: unknown) =>
    typeof each === 'string'
      ? each
      : (JSON.stringify(each).match(/"(?:Ref|Fn::GetAtt)":\[?"(\w+|AWS::Region)/)?.[1] ?? '');
  return Joined.parse(value)['Fn::Join'][1].map(part).join('');
}

const alarm = (id: string) => alarms.get(id) ?? expect.fail(`no alarm ${id}, but ${[...alarms.keys()].join()}`);

/** What is asked of our own metrics, as `Metric by Dimension,Dimension`. */
const listed = Object.entries(metricList).flatMap(([metric, { sets }]) =>
  sets.map((set) => `${metric} by ${['Stack', ...set].toSorted().join()}`),
);

describe('every alarm', () => {
  it('tells somebody, when it begins and when it ends, what it is', () => {
    expect(alarms.size).toBeGreaterThan(20);
    for (const [id, { AlarmActions, OKActions, AlarmDescription }] of alarms)
      expect([id, AlarmActions, OKActions, AlarmDescription.length > 20]).toEqual([id, [topic], [topic], true]);
  });

  it('on a metric of ours names one that the functions write', () => {
    const ours = [...alarms.values()].filter(({ Namespace }) => Namespace === METRIC_NAMESPACE);
    expect(ours.length).toBeGreaterThan(8);
    for (const { MetricName, Dimensions } of ours)
      expect(listed).toContain(
        `${MetricName} by ${Dimensions.map(({ Name }) => Name)
          .toSorted()
          .join()}`,
      );
  });

  it('but the heartbeat takes no data for no trouble: what is not written for a while is quiet', () => {
    const breaching = [...alarms].filter(([, { TreatMissingData }]) => TreatMissingData !== 'notBreaching');
    expect(breaching.map(([id]) => id)).toEqual(clusters.map((name) => `HeartbeatAlarm${name}`));
  });
});

describe('the alarms on the way of an alert', () => {
  it('go off when the oldest one waits for five minutes', () => {
    expect(alarm('QueueLateAlarm')).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 300 });
    expect(JSON.stringify(alarm('QueueLateAlarm').Dimensions)).toContain('Work');
  });

  it.each(['Intake', 'Approval'])('go off when the URL of %s answers with 5xx twice in a row', (id) => {
    const { Dimensions, ...rest } = alarm(`${id}UrlAlarm`);
    expect(rest).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Url5xxCount', Statistic: 'Sum', Period: 300 });
    expect(rest).toMatchObject({ Threshold: 1, EvaluationPeriods: 2 });
    expect(JSON.stringify(Dimensions)).toMatch(new RegExp(`"FunctionName","Value":\\{"Ref":"${id}`));
  });

  it('go off when a function is throttled, but for sweep, which is throttled by intent', () => {
    const throttled = [...alarms].filter(([, { MetricName }]) => MetricName === 'Throttles').map(([id]) => id);
    expect(throttled).toEqual(
      ['Intake', 'Dispatch', 'Runbook', 'Approval', 'Notify'].map((id) => `${id}ThrottledAlarm`),
    );
  });
});

describe('the alarms on the work', () => {
  it.each([
    ['ExecutionsFailedAlarm', 'DurableExecutionFailed'],
    ['ExecutionsTimedOutAlarm', 'DurableExecutionTimedOut'],
  ])('%s goes off with the first one', (id, MetricName) => {
    expect(alarm(id)).toMatchObject({ Namespace: 'AWS/Lambda', MetricName, Threshold: 1, EvaluationPeriods: 1 });
    expect(JSON.stringify(alarm(id).Dimensions)).toContain('"Ref":"Runbook');
  });

  it('go off when a part of every pass of sweep fails for ten minutes', () => {
    const failing = { MetricName: 'SweepFailedParts', Statistic: 'Minimum', Period: 300, EvaluationPeriods: 2 };
    expect(alarm('SweepFailingAlarm')).toMatchObject({ ...failing, Threshold: 1 });
  });

  it.each(clusters)('are there for each name of the cluster: %s', (cluster) => {
    const of = (id: string) => alarm(`${id}${cluster}`);
    expect(of('HandedOverAlarm')).toMatchObject({
      MetricName: 'HandedOverIncidents',
      Statistic: 'Maximum',
      Threshold: 1,
    });
    expect(of('BreakerOpenAlarm')).toMatchObject({ MetricName: 'OpenBreakers', Statistic: 'Maximum', Threshold: 1 });
    // One that sweep releases in the minute in which it finds it is no alarm.
    expect(of('OrphanClaimsAlarm')).toMatchObject({ MetricName: 'OrphanClaims', Statistic: 'Minimum', Period: 300 });
    // Of the fifteen minutes that a question stays open.
    expect(of('ApprovalLateAlarm')).toMatchObject({ MetricName: 'OldestApprovalSeconds', Threshold: 450 });
    for (const id of ['HandedOverAlarm', 'BreakerOpenAlarm', 'OrphanClaimsAlarm', 'ApprovalLateAlarm'])
      expect(of(id).Dimensions).toContainEqual({ Name: 'Cluster', Value: cluster });
  });
});

describe('the dashboard', () => {
  const Widget = z.object({
    type: z.string(),
    properties: z.looseObject({
      title: z.string().min(1),
      metrics: z.array(z.array(z.unknown())).default([]),
      alarms: z.array(z.string()).default([]),
    }),
    x: z.int(),
    y: z.int(),
    width: z.int(),
    height: z.int(),
  });
  const widgets = () => z.object({ widgets: z.array(Widget) }).parse(JSON.parse(body)).widgets;
  const titles = () => widgets().map(({ properties }) => properties.title);

  it('shows every alarm', () => {
    expect(widgets().flatMap(({ properties }) => properties.alarms)).toHaveLength(alarms.size);
  });

  it('asks for metrics of ours that the functions write, and for nearly all of them', () => {
    const asked = widgets().flatMap(({ properties }) =>
      properties.metrics.flatMap((row) => [...askedDirectly(row), ...askedBySearch(row)]),
    );
    expect(asked.filter((each) => !listed.includes(each))).toEqual([]);
    const shown = new Set(asked.map((each) => each.split(' ')[0]));
    expect(Object.keys(metricList).filter((metric) => !shown.has(metric))).toEqual([]);
  });

  it('has the incidents of each name of the cluster, and the parts that do the work', () => {
    for (const cluster of clusters)
      for (const what of ['open incidents', 'seconds to mitigate', 'what they went to, mean seconds', 'questions'])
        expect(titles()).toContain(`${cluster}: ${what}`);
    for (const id of ['Intake', 'Dispatch', 'Runbook', 'Approval', 'Sweep', 'Notify'])
      expect(body).toMatch(new RegExp(`"Errors","FunctionName","${id}[0-9A-F]{8}"`));
    for (const id of ['DeadLetters', 'FailedRuns', 'UndeliveredNotices'])
      expect(body).toMatch(new RegExp(`"ApproximateNumberOfMessagesVisible","QueueName","${id}`));
  });

  it('has a widget in every place once, and none beyond the edge', () => {
    const cells = widgets().flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, index) => `${x + (index % width)}/${y + Math.floor(index / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(widgets().every(({ x, width }) => x + width <= 24)).toBe(true);
  });

  /** `["Restitch", "OpenIncidents", "Cluster", "eu", "Stack", "Restitch", {…}]` */
  function askedDirectly([namespace, metric, ...rest]: readonly unknown[]): readonly string[] {
    if (namespace !== METRIC_NAMESPACE) return [];
    const names = rest.filter((part, index) => index % 2 === 0 && typeof part === 'string');
    return [`${metric} by ${names.toSorted().join()}`];
  }

  function askedBySearch([options]: readonly unknown[]): readonly string[] {
    const parsed = z.object({ expression: z.string() }).safeParse(options);
    if (!parsed.success) return [];
    const [, set = '', metric] =
      /^SEARCH\('\{Restitch,([^}]*)\} MetricName="(\w+)" /.exec(parsed.data.expression) ?? [];
    return [`${metric} by ${set.split(',').toSorted().join()}`];
  }
});

describe('every function', () => {
  const functions = () => Object.values(template.findResources('AWS::Lambda::Function'));

  it('is traced', () => {
    expect(functions().map(({ Properties }) => Properties['TracingConfig'])).toEqual(
      functions().map(() => ({ Mode: 'Active' })),
    );
  });

  it('logs in JSON, also what Lambda writes itself', () => {
    expect(functions().map(({ Properties }) => Properties['LoggingConfig'].LogFormat)).toEqual(
      functions().map(() => 'JSON'),
    );
  });
});
