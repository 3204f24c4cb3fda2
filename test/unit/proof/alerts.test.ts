import { describe, expect, it } from 'vitest';
import { coverageOf, coverageReport, isRight, shareRight } from '../../../proof/alerts/coverage-report.ts';
import type { Labels } from '../../../proof/alerts/fired-alerts.ts';
import { postedAlerts } from '../../../proof/alerts/posted-alerts.ts';

const fired = (alertname: string, node: string, restitch_rank: string, hub = 'hub-1'): Labels => ({
  alertname,
  node,
  restitch_rank,
  hub,
});
const names = (labels: readonly Labels[]) => labels.map(({ alertname }) => alertname);

describe('what reaches Restitch', () => {
  it('is no remark, and nothing of the nodes behind a hub that is gone', () => {
    const posted = postedAlerts(
      [
        fired('TunnelDown', 'gpu-1', 'path'),
        fired('WatchdogSilent', 'gpu-1', 'remark'),
        fired('HubUnreachable', 'hub-1', 'shared'),
        fired('PodRouteMissing', 'cloud-1', 'cause', ''),
      ],
      'gpu-1',
    );
    expect(names(posted)).toEqual(['HubUnreachable', 'PodRouteMissing']);
  });

  it('is a cause before a path, and the alerting node before others', () => {
    const all = [fired('OverlayBlocked', 'gpu-1', 'path'), fired('B', 'gpu-2', 'cause'), fired('A', 'gpu-1', 'cause')];
    expect(names(postedAlerts(all, 'gpu-1'))).toEqual(['A', 'B', 'OverlayBlocked']);
  });
});

describe('the alerts of a fault', () => {
  const label = { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' } as const;
  const fault = { name: 'fdb-flushed', label, alertingNode: 'gpu-1' };
  const wedge = { ...fired('A', 'gpu-1', 'cause'), restitch_class: 'vxlan-wedge' };
  const path = { ...fired('TunnelDown', 'gpu-1', 'path'), restitch_class: 'tunnel-down' };

  it('begin with that of the first minute that has any, though a deeper one comes later', () => {
    const row = coverageOf(fault, [[], [path], [wedge, path]]);
    expect(row).toMatchObject({
      first: { labels: path, afterMinutes: 2 },
      further: [wedge],
      hypothesis: 'tunnel-down',
    });
    expect(isRight(row)).toBe(false);
  });

  it('are right by either of two faults at once, and none where nothing is wrong', () => {
    const two = { ...fault, orLabel: { ...label, class: 'tunnel-down' } } as const;
    expect(isRight(coverageOf(two, [[path]]))).toBe(true);
    const quiet = { ...fault, label: { ...label, class: 'healthy' } } as const;
    expect(isRight(coverageOf(quiet, [[], []]))).toBe(true);
  });

  it('are reported with their minute, and a wrong hypothesis is marked', () => {
    const rows = [coverageOf(fault, [[], [wedge, path]]), coverageOf({ ...fault, name: 'other' }, [[]])];
    const report = coverageReport(rows);
    expect(shareRight(rows)).toBe(0.5);
    expect(report).toContain('1 of 2 (50.0 %)');
    expect(report).toContain(
      '| fdb-flushed | vxlan-wedge/fdb-missing | A@gpu-1 | 2 | vxlan-wedge | TunnelDown@gpu-1 |',
    );
    expect(report).toContain('| other | vxlan-wedge/fdb-missing | none | - | **healthy** | - |');
  });
});
