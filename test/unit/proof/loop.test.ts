import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { LoopRow } from '../../../proof/loop/loop-fault.ts';
import { isClosed, loopReport } from '../../../proof/loop/loop-report.ts';
import { alertmanagerFile, prometheusFile, ruleFile } from '../../../proof/loop/monitoring-files.ts';
import { shorten, shortenExpression } from '../../../proof/loop/shorten.ts';

describe('intervals that are shortened', () => {
  it.each([
    ['30s', 4, '7500ms'],
    ['1h30m', 2, '2700000ms'],
    ['10s', 3, '3333ms'],
    ['250ms', 1, '250ms'],
  ])('make %s by %d into %s', (duration, factor, expected) => {
    expect(shorten(duration, factor)).toBe(expected);
  });

  it.each(['', '5', 'soon', '5m soon'])('refuse %j', (duration) => {
    expect(() => shorten(duration, 2)).toThrow(`${duration} is no duration`);
  });

  it('are the ranges and offsets of an expression, and not the ages that a host has', () => {
    expect(shortenExpression('max_over_time(up[1h] offset 2m) > 180 and rate(bytes[5m]) > 7 * 86400', 4)).toBe(
      'max_over_time(up[900000ms] offset 30000ms) > 180 and rate(bytes[75000ms]) > 7 * 86400',
    );
  });

  it('are all of the shipped rules: no duration of production is left', () => {
    expect(ruleFile(4)).not.toMatch(/\[\d+[smh]\]|offset \d+[smh]\b|(for|interval): \d+[smh]\n/);
    expect(parse(ruleFile(1)).groups[0].rules).toHaveLength(parse(ruleFile(4)).groups[0].rules.length);
  });
});

describe('the monitoring of the loop', () => {
  it('is the shipped configuration of Alertmanager with our address and token', () => {
    const file = alertmanagerFile('http://127.0.0.1:9/webhook', '/run/token', 2);
    const [webhook] = parse(file).receivers.at(-1).webhook_configs;
    expect(webhook).toMatchObject({ url: 'http://127.0.0.1:9/webhook', send_resolved: true });
    expect(webhook.http_config.authorization.credentials_file).toBe('/run/token');
    expect(parse(file).route.routes[0]).toMatchObject({ group_wait: '5000ms', group_by: ['cluster', 'node'] });
  });

  it('asks every exporter, and tells Alertmanager', () => {
    const targets = { rules: '/r.yml', exporters: ['127.0.0.1:1', '127.0.0.1:2'], alertmanager: '127.0.0.1:3' };
    const file = parse(prometheusFile(targets, 3));
    expect(file.scrape_configs[0].static_configs[0].targets).toEqual(targets.exporters);
    expect(file.global).toEqual({ scrape_interval: '10000ms', external_labels: { cluster: 'lab' } });
  });
});

const row: LoopRow = {
  fault: 'fdb-flushed',
  class: 'vxlan-wedge',
  sent: ['OverlayEntriesBroken@gpu-1'],
  muted: [],
  outcome: 'repaired',
  segments: [
    { name: 'detection', seconds: 41.26 },
    { name: 'intake', seconds: null },
  ],
  closedAfter: 70,
  resolvedAfter: 95.5,
  broken: [],
};

const result = { rows: [row], factor: 4, versions: ['prometheus 2.42.0'], missed: 200 };

describe('the report of the loop', () => {
  it('says the factor, and the seconds of each segment', () => {
    const report = loopReport({ ...result, factor: 4 });
    expect(report).toContain('divided by 4');
    expect(report).toContain(
      '| fdb-flushed | vxlan-wedge | OverlayEntriesBroken@gpu-1 | - | 41.3 | - | 70.0 | 95.5 | repaired |',
    );
    expect(loopReport({ ...result, factor: 1 })).toContain('All intervals are those of production.');
  });

  it('says whether a watchdog that stops is missed', () => {
    expect(loopReport(result)).toContain('after 200.0 s');
    expect(loopReport({ ...result, missed: null })).toContain('was not told');
  });

  it.each<[string, Partial<LoopRow>]>([
    ['an incident that does not end', { outcome: 'handed-over' }],
    ['an alert that goes on', { resolvedAfter: null }],
    ['a path that stays lost', { broken: ['hub-1 → gpu-1'] }],
  ])('marks %s', (_what, change) => {
    expect(isClosed({ ...row, ...change })).toBe(false);
    expect(loopReport({ ...result, rows: [{ ...row, ...change }] })).toMatch(/\*\* \|\n/);
  });
});
