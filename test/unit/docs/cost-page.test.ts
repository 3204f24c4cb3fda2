import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { costOfIdleMonth, costOfUsage, times, totalOf } from '../../../proof/cost/cost-of.ts';
import { costPage } from '../../../proof/cost/cost-page.ts';
import { metricsIn } from '../../../proof/cost/logged.ts';
import { assumptions } from '../../../proof/cost/prices.ts';
import { Counted, type Usage } from '../../../proof/cost/usage.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const counted = Counted.parse(JSON.parse(readFileSync(join(root, 'proof', 'cost', 'counted.json'), 'utf8')));

const nothing: Usage = {
  invocations: { Intake: 0, Dispatch: 0, Runbook: 0, Approval: 0, Notify: 0, Sweep: 0 },
  ...{ durableOperations: 0, durableBytes: 0, queueRequests: 0, tableReadUnits: 0, tableWriteUnits: 0 },
  ...{ secretReads: 0, logBytes: 0 },
};
const memory = { Intake: 512, Dispatch: 512, Runbook: 1_024, Approval: 512, Notify: 512, Sweep: 512 };

describe('docs/cost.md', () => {
  it('is what `npm run cost` makes', () => {
    expect(readFileSync(join(root, 'docs', 'cost.md'), 'utf8')).toBe(costPage(counted));
  });
});

describe('the cost', () => {
  it('of nothing is nothing', () => {
    expect(totalOf(costOfUsage(nothing, memory))).toBe(0);
  });

  it.each([
    ['a million writes', { ...nothing, tableWriteUnits: 1_000_000 }, 0.625],
    ['a million reads that may be late', { ...nothing, tableReadUnits: 500_000 }, 0.0625],
    ['a million durable operations', { ...nothing, durableOperations: 1_000_000 }, 8],
    ['ten thousand reads of a secret', { ...nothing, secretReads: 10_000 }, 0.05],
    ['a gigabyte of log', { ...nothing, logBytes: 1_000_000_000 }, 0.5],
  ])('of %s', (_what, usage, dollars) => {
    expect(totalOf(costOfUsage(usage, memory))).toBeCloseTo(dollars, 6);
  });

  it('of an invocation is its request, its gigabyte-seconds and Lambda’s own log lines', () => {
    const once = { ...nothing, invocations: { ...nothing.invocations, Runbook: 1 } };
    const logAndTrace = assumptions.logBytesOfInvocation * 0.5e-9 + 5e-6;
    expect(totalOf(costOfUsage(once, memory))).toBeCloseTo(
      0.2e-6 + assumptions.seconds.Runbook * 0.0000133334 + logAndTrace,
      12,
    );
  });

  it('of an idle month has sweep’s pass in every minute, and what is there anyway', () => {
    const standing = { alarms: 10, secrets: 4, customMetrics: 1, dashboards: 1 };
    const pass = { ...nothing, tableReadUnits: 4 };
    const polls = assumptions.minutesOfMonth * assumptions.queuePollsOfMinute * 0.5e-6;
    const reads = assumptions.minutesOfMonth * 4 * 0.125e-6;
    const idle = costOfIdleMonth({ countedOn: '2026-11-22', incident: nothing, pass, standing, memory });
    expect(totalOf(idle)).toBeCloseTo(1 + 1.6 + 0.3 + 3 + polls + reads, 9);
  });

  it('of a storm is that of its incidents', () => {
    const incident = costOfUsage(counted.incident, counted.memory);
    expect(totalOf(times(incident, 750))).toBeCloseTo(750 * totalOf(incident), 9);
  });
});

describe('a line of log', () => {
  it('makes a metric for each name and each set of dimensions', () => {
    const CloudWatchMetrics = [
      { Namespace: 'R', Dimensions: [['Stack'], ['Stack', 'Class']], Metrics: [{ Name: 'A' }, { Name: 'B' }] },
    ];
    const line = JSON.stringify({ Stack: 'S', Class: 'c', A: 1, B: 2, _aws: { Timestamp: 0, CloudWatchMetrics } });
    expect(metricsIn(line)).toEqual(['R A Stack=S', 'R B Stack=S', 'R A Stack=S,Class=c', 'R B Stack=S,Class=c']);
    expect(metricsIn('{"event":"metrics"}')).toEqual([]);
    expect(metricsIn('not JSON')).toEqual([]);
  });
});
