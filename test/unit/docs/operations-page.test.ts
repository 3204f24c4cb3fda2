import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { FaultClass } from '../../../core/fault-class.ts';
import { NO_FAULT, NOT_LOOKED_AT } from '../../../core/incident/counted-class.ts';
import { IncidentOutcome } from '../../../core/incident/incident.ts';
import { segmentNames } from '../../../core/incident/segments.ts';
import { metricList } from '../../../core/metrics/metric-list.ts';
import { capacityScopes } from '../../../core/safety/disruption-budget.ts';
import { RestitchStack } from '../../../lib/restitch-stack.ts';
import { stackSettingsOf } from '../../infra/stack-settings-of.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'operations.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));
const namesIn = (row: string) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].flatMap(([, name]) => name ?? []);
const entries = Object.entries(metricList);

describe('the page for operators', () => {
  it('says of every metric what the list says', () => {
    const said = rows.filter((row) => row.split('|').length === 7);
    const listed = entries.map(([name, { unit, sets, written, says }]) => {
      const by = sets.map((set) => set.join(' and ').toLowerCase() || 'the stack alone').join('; ');
      return `| \`${name}\` | ${unit.toLowerCase()} | ${by} | ${written} | ${says} |`;
    });
    expect(said).toEqual(listed);
  });

  it('says of every alarm of the stack what to do, and of no other', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new RestitchStack(app, 'Restitch', {
      settings: stackSettingsOf({ names: ['CLUSTER'], approvalWebhook: { url: 'https://bridge.example/' } }),
    });
    const alarms = Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
    const told = rows.filter((row) => row.split('|').length === 5).flatMap(namesIn);
    expect(told.toSorted()).toEqual(alarms.map((id) => id.slice(0, -8)).toSorted());
    const ofCluster = told.filter((name) => name.endsWith('CLUSTER')).length;
    expect(page).toContain(`Alarms are ${told.length - ofCluster} for the stack and ${ofCluster} for each name`);
  });

  it('counts the metrics for their price', () => {
    const classes = FaultClass.options.filter((name) => name !== 'healthy').length + [NO_FAULT, NOT_LOOKED_AT].length;
    // Refused alerts have six reasons, refused webhooks five.
    const most = {
      Cluster: 1,
      Class: classes,
      Outcome: IncidentOutcome.options.length,
      Segment: [...segmentNames, 'at-rest'].length,
      Scope: capacityScopes.length,
      Reason: 6,
    };
    const sets = entries.flatMap(([, { written, sets: each }]) => each.map((set) => ({ written, set: [...set] })));
    const count = (some: typeof sets) =>
      some.reduce((sum, { set }) => sum + set.reduce((product, name) => product * most[name], 1), 0);
    const isOfCluster = ({ set }: (typeof sets)[number]) => set.some((name) => name === 'Cluster');
    const standing = sets.filter(({ written, set }) => written === 'each minute' && set.length <= 1);
    const [ofCluster, ofStack] = [sets.filter(isOfCluster), sets.filter((one) => !isOfCluster(one))];
    expect(page).toContain(`${count(standing.filter(isOfCluster))} for each name of the cluster`);
    expect(page.replaceAll(/\s+/g, ' ')).toContain(`at most ${count(ofCluster)} and ${count(ofStack)} in hours`);
  });
});
